// SPDX-License-Identifier: Apache-2.0

/**
 * The third module's checks beside the worker: every step of the conformance scenarios (each action of both dialects,
 * good and bad) is checked before it is sent. What the checks refuse, the worker refuses with the same code and text;
 * what the worker takes, they let pass, and its answer, too.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EdgekmsError } from "edgekms";
import { Caller } from "../../pkg/dist/kms/caller.js";
import { checksOf } from "../../pkg/dist/kms/checks.js";
import { CLOUDS } from "../../pkg/dist/kms/clouds.js";
import { CredentialSource } from "../../pkg/dist/credentials/source.js";
import { EVERY_KIND } from "../lib/asymmetric.mjs";
import { walk } from "../lib/conformance/run.mjs";
import { SCENARIOS } from "../lib/conformance/scenarios.mjs";
import { startWorker } from "../lib/worker.mjs";

/** A server that makes other kinds of keys lists those, and the client adds to a sentence what it has asked. */
const OTHER_WORDS = /is not offered|the service said/i;

/** A list is one parameter an entry with Alibaba: `ResourceId.1`, `Tag.1.Key`. */
function numbered([name, value]) {
  if (!Array.isArray(value)) return [[name, value]];
  return value.flatMap((entry, index) => {
    const at = `${name}.${index + 1}`;
    return typeof entry === "object" ? Object.entries(entry).map(([inner, text]) => [`${at}.${inner}`, text]) : [[at, entry]];
  });
}

/** Times of AWS's as its SDKs tell them. */
function told(value, name = "") {
  if (typeof value === "number" && /(Date|ValidTo)$/.test(name)) return new Date(value * 1000).toISOString();
  if (Array.isArray(value)) return value.map((inner) => told(inner));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, each]) => [inner, told(each, inner)]));
}

/** A client that checks each call of a dialect and makes it all the same, and what it has counted. */
function checkedClient({ address: endpoint, region, credentials }, dialect) {
  const cloud = CLOUDS[dialect];
  const caller = new Caller(cloud.protocol, { endpoint }, region, CredentialSource.of(credentials));
  const counted = { refused: 0, passed: 0, actions: new Set() };

  async function call(action, params) {
    const fields = Object.entries(params).flatMap(dialect === "aws" ? (field) => [field] : numbered);
    const checks = await checksOf(cloud.provider, action);
    let refusal;
    try {
      checks.request(fields);
    } catch (error) {
      refusal = error;
    }
    const what = `${action} ${JSON.stringify(params)}`;
    try {
      const answer = await caller.call(action, false, fields);
      assert.equal(refusal, undefined, `${what}: the worker takes what was refused: ${refusal?.message}`);
      checks.answer(answer);
      counted.passed += 1;
      counted.actions.add(action);
      const { RequestId: requestId, ...rest } = answer;
      return { answer: dialect === "aws" ? told(rest) : rest, requestId };
    } catch (error) {
      if (!(error instanceof EdgekmsError) || error.requestId === undefined) throw error;
      if (refusal !== undefined) {
        counted.refused += 1;
        assert.equal(refusal.code, error.code, what);
        if (!OTHER_WORDS.test(error.message)) assert.equal(refusal.message, error.message, what);
      }
      return { refused: error.code, message: error.message, requestId: error.requestId };
    }
  }
  return { counted, client: { has: async () => true, call } };
}

for (const [dialect, scenario] of [["aliyun", "alibaba"], ["aws", "aws"]]) {
  describe(`checks of ${dialect}`, () => {
    let worker;
    before(async () => {
      worker = await startWorker({ settings: EVERY_KIND });
    });
    after(() => worker?.stop());

    test("every action: what passes is taken, and what is refused is refused alike", async () => {
      const { counted, client } = checkedClient(worker, dialect);
      const step = walk(client, client);
      const steps = SCENARIOS[scenario];
      for (const each of steps) {
        try {
          await step(each);
        } catch (error) {
          error.message = `${each.action}, ${each.is}: ${error.message}`;
          throw error;
        }
      }
      const actions = new Set(steps.filter(({ refused }) => !refused).map(({ action }) => action));
      assert.deepEqual([...actions].filter((action) => !counted.actions.has(action)), []);
      assert.ok(counted.passed > 100 && counted.refused >= 9, JSON.stringify(counted));
    });
  });
}
