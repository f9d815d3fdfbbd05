// SPDX-License-Identifier: Apache-2.0

/** A worker that is killed and started again on the same state, and calls to it. */

import assert from "node:assert/strict";
import { awsRequest } from "./signed-aws.mjs";
import { acs3Request, connectionPool, send } from "./signed-request.mjs";
import { removeState, startWorker, temporaryState } from "./worker.mjs";

/** Reading everything back, so many calls at a time. */
const READERS = 16;
const PAGE_SIZE = 100;
const CUT_OFF = ["ECONNRESET", "ECONNREFUSED", "EPIPE"];

/**
 * Starts it on a state folder of its own.
 *
 * @param {Record<string, string>} settings read anew at each start
 */
export async function workerOnKeptState(settings) {
  const state = await temporaryState();
  let worker;
  let pool;

  async function start() {
    worker = await startWorker({ state, settings });
    pool = connectionPool();
  }

  /** What one signed call is answered. */
  function answer(action, params = {}, credentials = worker.credentials) {
    const signed = acs3Request(credentials, worker.host, action, Object.entries(params), { form: true });
    return send(worker.address, signed, { agent: pool });
  }

  /** What one call by AWS's protocol is answered. */
  function awsAnswer(action, input) {
    return send(worker.address, awsRequest(worker, action, input), { agent: pool });
  }

  /** One signed call; anything but a good answer throws. */
  async function call(action, params) {
    const { status, json, text } = await answer(action, params);
    assert.equal(status, 200, `${action}: ${text}`);
    return json;
  }

  /** One call of the operator's, whose access key the settings name. */
  async function operate(action, params) {
    const { OPERATOR_ACCESS_KEY_ID: accessKeyId, OPERATOR_ACCESS_KEY_SECRET: accessKeySecret } = settings;
    const { status, json, text } = await answer(action, params, { accessKeyId, accessKeySecret });
    assert.equal(status, 200, `${action}: ${text}`);
    return json;
  }

  /** The ids of all keys, page by page. */
  async function listKeyIds() {
    const keyIds = new Set();
    for (let page = 1; ; page += 1) {
      const { Keys, TotalCount } = await call("ListKeys", { PageNumber: String(page), PageSize: String(PAGE_SIZE) });
      for (const { KeyId } of Keys.Key) keyIds.add(KeyId);
      if (page * PAGE_SIZE >= TotalCount) {
        assert.equal(keyIds.size, TotalCount);
        return keyIds;
      }
    }
  }

  await start();
  return {
    state,
    answer,
    awsAnswer,
    call,
    operate,
    listKeyIds,
    /** Again, after `stop` or `kill`. */
    start,
    stop: () => worker.stop(),
    /** Ends it at once, with no chance to finish anything. */
    kill: () => worker.kill(),
    /**
     * Waits until each call has ended that a kill cut off, and closes their connections.
     *
     * @param {Promise<unknown>[]} calls
     * @returns {Promise<number>} how many were cut off
     */
    async afterTheKill(calls) {
      const results = await Promise.allSettled(calls);
      pool.destroy();
      const cutOff = results.filter(({ status }) => status === "rejected");
      for (const { reason } of cutOff) {
        // A refusal would be another fault: only the cut connection may end a call here.
        assert.ok(CUT_OFF.includes(reason.code), reason.stack);
      }
      return cutOff.length;
    },
    /** Ends it for good. */
    async remove() {
      pool.destroy();
      await worker.kill();
      await removeState(state);
    },
  };
}

/** Runs `task` over all items, a few at a time. */
export async function eachOf(items, task) {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: READERS }, async () => {
      for (const item of queue) await task(item);
    }),
  );
}
