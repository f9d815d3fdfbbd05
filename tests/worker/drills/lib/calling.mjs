// SPDX-License-Identifier: Apache-2.0

/** Callers who do not stop while something is changed under them. */

import assert from "node:assert/strict";
import { callsTo } from "../../lib/calls.mjs";

/** The version of the actions of RAM. */
const RAM = { version: "2015-05-01" };

/** Calls RAM's actions by one of the worker's access keys. */
export const ramOf = ({ call }) => (action, params) => call(action, params, RAM);

/** Calls to an isolate by another access key than the deployment's own. */
export function callsAs({ address }, { accessKeyId, accessKeySecret }, defaults) {
  return callsTo({ address, host: new URL(address).host, credentials: { accessKeyId, accessKeySecret } }, defaults);
}

/** An access key as RAM answers it. */
export const accessKeyOf = ({ AccessKey }) => ({ accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret });

/** The operator's access key, of those that a server keeps. */
export const operatorOf = ({ operatorAccessKeyId, operatorAccessKeySecret }) => ({
  accessKeyId: operatorAccessKeyId,
  accessKeySecret: operatorAccessKeySecret,
});

/**
 * Runs `task` again and again, one after the other, while `use` does what it does; each run must succeed.
 *
 * @template T
 * @param {(turn: number) => Promise<unknown>} task
 * @param {() => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function whileCalling(task, use) {
  let goesOn = true;
  let turns = 0;
  const caller = (async () => {
    for (; goesOn; turns += 1) await task(turns);
  })();
  const failed = new Promise((_, reject) => caller.catch(reject));
  try {
    const result = await Promise.race([use(), failed]);
    goesOn = false;
    await caller;
    assert.ok(turns > 0, "nobody called meanwhile");
    return result;
  } finally {
    goesOn = false;
    await caller.catch(() => {});
  }
}
