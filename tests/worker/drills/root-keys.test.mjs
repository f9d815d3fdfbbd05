// SPDX-License-Identifier: Apache-2.0

/**
 * docs/operations.md, Root keys, step by step: nobody who encrypts or decrypts is refused at any moment, be it by an
 * isolate of the settings before or after. Each part is a moment at which settings roll out, with an isolate of either.
 * A page that is cut short by a kill is in tests/faults/backup-kill.test.mjs, wrong keys in tests/worker/roots.test.mjs.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { until } from "../../lib/eventually.mjs";
import { removeState, temporaryState } from "../../lib/worker.mjs";
import { base64 } from "../lib/calls.mjs";
import { startGatedWorker } from "../lib/gated-worker.mjs";
import { accessKeyOf, callsAs, operatorOf, ramOf, whileCalling } from "./lib/calling.mjs";

const WITHIN = { timeout: 120_000 };
const KEPT_MS = 25 * 3_600_000 + 60_000;
const [one, two] = [randomBytes(32), randomBytes(32)].map((key) => key.toString("base64"));
const listing = (current, keys) => JSON.stringify({ current, keys });
const ROOTS = {
  first: listing("1", { 1: one }),
  added: listing("1", { 1: one, 2: two }),
  named: listing("2", { 1: one, 2: two }),
  retired: listing("2", { 2: two }),
};

let state;
/** What was encrypted in the course of all. */
const blobs = [];
let KeyId;
let alice;
before(async () => {
  state = await temporaryState();
});
after(() => removeState(state));

/** Runs `use` with two isolates; the objects, as everything on Cloudflare, have settings of one of the two. */
async function rollingOut([own, other], use) {
  const worker = await startGatedWorker({ state, isolates: 2, set: [`ROOT_KEYS=${own}`], otherwise: [{ ROOT_KEYS: other }] });
  try {
    await use(worker);
  } finally {
    await worker.stop();
  }
}

/** Encrypts, and decrypts what was encrypted at some time, in one isolate after the other, as root and as a user. */
function everyWay({ edges }, defaults) {
  const callers = edges.flatMap((edge) => [edge, callsAs(edge, alice, defaults)]);
  return async (turn) => {
    const { call } = callers[turn % callers.length];
    const { CiphertextBlob } = await call("Encrypt", { KeyId, Plaintext: base64(`turn ${turn}`) });
    if (blobs.length < 200) blobs.push({ CiphertextBlob, Plaintext: base64(`turn ${turn}`) });
    const old = blobs[(turn * 7) % blobs.length];
    assert.equal((await call("Decrypt", { CiphertextBlob: old.CiphertextBlob })).Plaintext, old.Plaintext);
  };
}

const turnsOf = (task, turns) =>
  whileCalling(task, () => until(`${turns} turns`, () => blobs.length >= turns, 30_000));

test("step 1: a version that is added is not missed where it is not there yet", WITHIN, () =>
  rollingOut([ROOTS.first, ROOTS.added], async (worker) => {
    ({ KeyId } = (await worker.call("CreateKey")).KeyMetadata);
    const ram = ramOf(worker);
    await ram("CreateUser", { UserName: "alice" });
    await ram("AttachPolicyToUser", { UserName: "alice", PolicyType: "System", PolicyName: "AliyunKMSFullAccess" });
    alice = accessKeyOf(await ram("CreateAccessKey", { UserName: "alice" }));
    await turnsOf(everyWay(worker), 24);
  }));

test("steps 2 to 6: everything is wrapped under the new one and the old one is retired", WITHIN, () =>
  rollingOut([ROOTS.named, ROOTS.added], async (worker) => {
    const offset = { clockOffsetMs: 0 };
    const operator = callsAs(worker, operatorOf(worker.credentials), () => offset);
    const references = async () => {
      const { RootKeys, Rewrap } = await operator.call("DescribeRootKeys");
      return [Rewrap?.Status, ...RootKeys.RootKey.map((row) => [row.RootKeyVersion, row.References])];
    };
    const rewrap = async (sum) => {
      await operator.call("RewrapKeys");
      await until("all is wrapped anew", async () => {
        assert.deepEqual(await references(), ["Done", ["1", 0], ["2", sum]]);
        return true;
      }, 20_000);
    };
    const task = everyWay(worker, () => offset);
    const retire = () => operator.refused("RetireRootKey", { RootKeyVersion: "1" });
    await whileCalling(task, async () => {
      const { Rewrapped, Left } = await ramOf(operator)("RewrapAccount", { AccountId: worker.about.accountId });
      assert.deepEqual([Rewrapped, Left], [1, 0]);
      await rewrap(1);
      // An isolate that has not heard makes one under the version before.
      await worker.edges[1].call("CreateKey");
      assert.deepEqual((await references()).slice(1), [["1", 1], ["2", 1]]);
      assert.equal((await retire())[0], 409);
      await rewrap(2);
      assert.equal((await retire())[0], 409, "copies under it may be in use for a day");
    });
    // A test's clock is at no moment the same everywhere, so nobody calls while it moves.
    await worker.moveClock(KEPT_MS);
    offset.clockOffsetMs = KEPT_MS;
    await whileCalling(task, async () => {
      await operator.call("RetireRootKey", { RootKeyVersion: "1" });
      assert.deepEqual((await references()).slice(1), [["1", 0], ["2", 2]], "it is listed until it is taken out of ROOT_KEYS");
    });
  }));

test("and it is missed nowhere, once it is taken out of ROOT_KEYS", WITHIN, () =>
  rollingOut([ROOTS.retired, ROOTS.named], async (worker) => {
    await worker.moveClock(KEPT_MS);
    const defaults = () => ({ clockOffsetMs: KEPT_MS });
    for (const { call } of worker.edges.flatMap((edge) => [edge, callsAs(edge, alice, defaults)])) {
      for (const { CiphertextBlob, Plaintext } of blobs.slice(0, 10)) assert.equal((await call("Decrypt", { CiphertextBlob })).Plaintext, Plaintext);
      await call("Encrypt", { KeyId, Plaintext: base64("anew") });
    }
  }));
