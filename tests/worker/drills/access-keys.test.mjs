// SPDX-License-Identifier: Apache-2.0

/**
 * docs/operations.md, Access keys: one is changed for another while a caller goes on who is never refused, in isolates
 * of settings before and after; and what was taken back is refused everywhere within the bound.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../../lib/eventually.mjs";
import { startGatedWorker } from "../lib/gated-worker.mjs";
import { accessKeyOf, callsAs, operatorOf, ramOf, whileCalling } from "./lib/calling.mjs";

const WITHIN = { timeout: 90_000 };
/** Of `STATE_CONSISTENCY=strict`, and what a busy machine adds. */
const BOUND_MS = 15_000;
/** What the settings named before, as isolates of the deployment before still have it. */
const BEFORE = { accessKeyId: "LTAIbefore", accessKeySecret: "the secret before it was changed" };

let worker;
let KeyId;
before(async () => {
  const { accessKeyId: ACCESS_KEY_ID, accessKeySecret: ACCESS_KEY_SECRET } = BEFORE;
  worker = await startGatedWorker({ isolates: 2, set: ["STATE_CONSISTENCY=strict"], otherwise: [{ ACCESS_KEY_ID, ACCESS_KEY_SECRET }] });
  ({ KeyId } = (await worker.call("CreateKey")).KeyMetadata);
});
after(() => worker?.stop());

/** Whoever has the access key of the moment, in one isolate after the other. */
function caller(first) {
  const held = { key: first, turns: 0 };
  const call = async (turn) => {
    await callsAs(worker.edges[turn % 2], held.key).call("GenerateDataKey", { KeyId });
    held.turns += 1;
  };
  /** Takes another one, and has used it in both isolates when that is done. */
  const take = async (key) => {
    held.key = key;
    const from = held.turns;
    await until("it is used", () => held.turns >= from + 4, 20_000);
  };
  return { call, take };
}

const refusedEverywhere = (key, code) =>
  until(`${code} everywhere`, async () => {
    const outcomes = await Promise.all(worker.edges.map((edge) => callsAs(edge, key).refused("GenerateDataKey", { KeyId }).catch(() => [])));
    return outcomes.every(([, refused]) => refused === code);
  }, BOUND_MS);

test("the settings' own: callers have one that RAM made while the other rolls out", WITHIN, async () => {
  const now = worker.credentials;
  const [fresh, stale] = worker.edges;
  // What a caller meets who goes on with one that the settings name.
  await callsAs(stale, BEFORE).call("GenerateDataKey", { KeyId });
  assert.deepEqual(await callsAs(fresh, BEFORE).refused("GenerateDataKey", { KeyId }), [404, "InvalidAccessKeyId.NotFound"]);
  assert.deepEqual(await callsAs(stale, now).refused("GenerateDataKey", { KeyId }), [404, "InvalidAccessKeyId.NotFound"]);

  const operator = ramOf(callsAs(fresh, operatorOf(now)));
  const between = accessKeyOf(await operator("CreateAccountAccessKey", { AccountId: worker.about.accountId }));
  const { call, take } = caller(between);
  await whileCalling(call, () => take(between));
  // Once no isolate of the settings before is left, which here is a matter of whom one calls.
  const ram = ramOf(callsAs(fresh, now));
  await ram("UpdateAccessKey", { UserAccessKeyId: between.accessKeyId, Status: "Inactive" });
  await refusedEverywhere(between, "InvalidAccessKeyId.Inactive");
  await ram("DeleteAccessKey", { UserAccessKeyId: between.accessKeyId });
  await callsAs(fresh, now).call("GenerateDataKey", { KeyId });
});

test("a user's: there are two, then callers have the other, then the first goes", WITHIN, async () => {
  const ram = ramOf(worker);
  await ram("CreateUser", { UserName: "alice" });
  await ram("AttachPolicyToUser", { UserName: "alice", PolicyType: "System", PolicyName: "AliyunKMSCryptoUserAccess" });
  const make = async () => accessKeyOf(await ram("CreateAccessKey", { UserName: "alice" }));
  const first = await make();
  const { call, take } = caller(first);
  await whileCalling(call, async () => {
    await take(first);
    const second = await make();
    await take(second);
    await ram("UpdateAccessKey", { UserName: "alice", UserAccessKeyId: first.accessKeyId, Status: "Inactive" });
    await refusedEverywhere(first, "InvalidAccessKeyId.Inactive");
    await ram("DeleteAccessKey", { UserName: "alice", UserAccessKeyId: first.accessKeyId });
    await refusedEverywhere(first, "InvalidAccessKeyId.NotFound");
    await take(second);
  });
});
