// SPDX-License-Identifier: Apache-2.0

/**
 * What the running worker records of calls: who, from where, on which key, with what outcome, and
 * nothing secret; a change's event in the transaction of the change; and what becomes of calls while
 * nothing can be recorded, or is not to be.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { until } from "../lib/eventually.mjs";
import { storedEvents, withKeyringFile } from "../lib/keyring-file.mjs";
import { acs3Request, rpcRequest, send } from "../lib/signed-request.mjs";
import { removeState, temporaryState } from "../lib/worker.mjs";
import { base64 } from "./lib/calls.mjs";
import { MOMENT_MS, startGatedWorker, withGatedWorker } from "./lib/gated-worker.mjs";

const UNAVAILABLE = [503, "ServiceUnavailableTemporary"];
/** Refused calls are counted for 10 s before their line is written. */
const COUNTED_WITHIN_MS = 13_000;

/** Every line that the worker has written so far. */
function logOf(worker) {
  const all = [];
  const read = async () => {
    all.push(...(await worker.lines()));
    return all;
  };
  return {
    read,
    // Lines that have a level are of faults.
    events: async () => (await read()).map((line) => JSON.parse(line)).filter(({ level }) => level === undefined),
  };
}

const named = (events, name) => events.filter(({ eventName }) => eventName === name);

describe("with AUDIT_LOG=on", { concurrency: 3 }, () => {
  test("an event says who called what from where, and holds only allowed parameters", () =>
    withGatedWorker(
      async (worker) => {
        const { KeyId } = (await worker.call("CreateKey", { Description: "hush-description" })).KeyMetadata;
        const context = JSON.stringify({ purpose: "hush-context" });
        const params = { KeyId, Plaintext: base64("hush-plaintext"), EncryptionContext: context };
        const headers = { "cf-connecting-ip": "192.0.2.7", "user-agent": "an SDK/1.0" };
        const sealed = await worker.call("Encrypt", params, { unsigned: headers });
        await worker.refused("Decrypt", { CiphertextBlob: sealed.CiphertextBlob }, { unsigned: headers });
        const data = await worker.call("GenerateDataKey", { KeyId, NumberOfBytes: "16" });
        await worker.call("CreateAlias", { KeyId, AliasName: "alias/a" }, { unsigned: headers });
        await worker.call("DescribeRegions");

        const log = logOf(worker);
        await until("all are written", async () => (await log.events()).length >= 5);
        const events = await log.events();
        assert.deepEqual(
          events.map(({ eventName, eventRW, errorCode }) => [eventName, eventRW, errorCode]).sort(),
          [
            ["CreateAlias", "Write", undefined],
            ["CreateKey", "Write", undefined],
            ["Decrypt", "Read", "InvalidParameter"],
            ["Encrypt", "Read", undefined],
            ["GenerateDataKey", "Read", undefined],
          ],
        );
        const [encrypt] = named(events, "Encrypt");
        assert.match(encrypt.eventTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        assert.deepEqual(encrypt, {
          eventVersion: 1,
          eventId: sealed.RequestId,
          requestId: sealed.RequestId,
          eventTime: encrypt.eventTime,
          eventName: "Encrypt",
          eventRW: "Read",
          eventSource: `kms.${worker.about.region}.aliyuncs.com`,
          eventType: "ApiCall",
          eventCategory: "Management",
          serviceName: "Kms",
          apiVersion: "2016-01-20",
          isGlobal: false,
          acsRegion: worker.about.region,
          recipientAccountId: worker.about.accountId,
          userIdentity: {
            type: "root-account",
            arn: `acs:ram::${worker.about.accountId}:root`,
            accountId: worker.about.accountId,
            principalId: worker.about.accountId,
            userName: "root",
            accessKeyId: worker.credentials.accessKeyId,
          },
          sourceIpAddress: "192.0.2.7",
          userAgent: "an SDK/1.0",
          requestParameters: { KeyId },
          keyId: KeyId,
          referencedResources: { "ACS::KMS::Key": [KeyId] },
        });
        assert.deepEqual(
          (await worker.trail()).map(({ eventName }) => eventName),
          ["Encrypt", "Decrypt", "GenerateDataKey"],
          "what the log has is stored",
        );
        const [alias] = named(events, "CreateAlias");
        assert.deepEqual([alias.sourceIpAddress, alias.userAgent], ["192.0.2.7", "an SDK/1.0"], "of a change too");
        assert.deepEqual(alias.requestParameters, { AliasName: "alias/a", KeyId });
        assert.deepEqual(named(events, "GenerateDataKey")[0].requestParameters, { KeyId, NumberOfBytes: "16" });

        const text = (await log.read()).join("\n");
        const { accessKeySecret, rootKeys } = worker.credentials;
        const given = ["hush", base64("hush-plaintext"), base64(context)];
        const made = [sealed.CiphertextBlob, data.Plaintext, data.CiphertextBlob];
        for (const secret of [...given, ...made, accessKeySecret, rootKeys]) assert.ok(!text.includes(secret), secret);
      },
      { set: ["AUDIT_LOG=on"] },
    ));

  test("a change's event is stored with the change, once, and written to the log once", async () => {
    const state = await temporaryState();
    const worker = await startGatedWorker({ state, set: ["AUDIT_LOG=on"] });
    try {
      const { KeyId } = (await worker.call("CreateKey")).KeyMetadata;
      await worker.call("DisableKey", { KeyId });
      const params = { KeyId: "no-such-key", Description: "d" };
      assert.deepEqual(await worker.refused("UpdateKeyDescription", params), [404, "Forbidden.KeyNotFound"]);
      await worker.call("DescribeKey", { KeyId });
      const log = logOf(worker);
      await until("all are written", async () => (await log.events()).length >= 4);
      await worker.killObject();
      await worker.call("EnableKey", { KeyId });
      await until("the next life goes on after them", async () => named(await log.events(), "EnableKey").length === 1);
      const written = await log.events();
      await worker.stop();
      const stored = await withKeyringFile(state, storedEvents);
      assert.deepEqual(
        stored.map(({ eventName, keyId, errorCode }) => [eventName, keyId, errorCode]),
        [
          ["CreateKey", KeyId, undefined],
          ["DisableKey", KeyId, undefined],
          ["UpdateKeyDescription", "no-such-key", "Forbidden.KeyNotFound"],
          ["EnableKey", KeyId, undefined],
        ],
      );
      assert.deepEqual(written.filter(({ eventRW }) => eventRW === "Write"), stored);
      assert.deepEqual(named(written, "DescribeKey").length, 1, "a look is written, and not stored with the changes");
    } finally {
      await worker.stop();
      await removeState(state);
    }
  });

  test("a caller who hangs up loses the answer, and not the event", () =>
    withGatedWorker(
      async (worker) => {
        const { KeyId } = (await worker.call("CreateKey")).KeyMetadata;
        const log = logOf(worker);
        await worker.faults({ slowKeyring: true });
        for (const action of ["GenerateDataKey", "DescribeKey", "DisableKey"]) {
          const written = async () => named(await log.events(), action).length;
          await assert.rejects(worker.send(action, { KeyId }, { signal: AbortSignal.timeout(MOMENT_MS / 5) }));
          if (action !== "DisableKey") assert.equal(await written(), 0, "it had not come to its end");
          await until(`the event of ${action} is written`, async () => (await written()) === 1);
        }
      },
      { set: ["AUDIT_LOG=on"] },
    ));

  test("an answer waits until its event is stored, and who hangs up before is recorded all the same", () =>
    withGatedWorker(
      async (worker) => {
        const { KeyId } = (await worker.call("CreateKey")).KeyMetadata;
        const stored = async (name) => named(await worker.trail(), name).length;
        for (const edge of worker.edges) {
          await edge.call("DescribeKey", { KeyId });
          await edge.faults({ slowAudit: true });
          const began = performance.now();
          const { RequestId } = await edge.call("GenerateDataKey", { KeyId });
          assert.ok(performance.now() - began >= MOMENT_MS);
          assert.ok((await worker.trail()).some(({ requestId }) => requestId === RequestId), "stored before it is answered");
          const before = await stored("Encrypt");
          const signal = AbortSignal.timeout(MOMENT_MS / 5);
          await assert.rejects(edge.send("Encrypt", { KeyId, Plaintext: base64("a") }, { signal }));
          await until("the event is stored", async () => (await stored("Encrypt")) === before + 1);
        }
      },
      { isolates: 2 },
    ));

  for (const [set, answers] of [
    [[], async (worker, params) => assert.deepEqual(await worker.refused(...params), UNAVAILABLE)],
    [["AUDIT_FAILURE=open"], async (worker, params) => void (await worker.call(...params))],
    [["AUDIT=async"], async (worker, params) => void (await worker.call(...params))],
  ]) {
    test(`audit objects out of reach, ${set[0] ?? "as it is by default"}: changes are made and recorded all the same`, () =>
      withGatedWorker(
        async (worker) => {
          const { KeyId } = (await worker.call("CreateKey")).KeyMetadata;
          const { CiphertextBlob } = await worker.call("GenerateDataKey", { KeyId });
          await until("it is recorded", async () => named(await worker.trail(), "GenerateDataKey").length === 1);
          await worker.faults({ noAudit: true });
          for (const params of [
            ["GenerateDataKey", { KeyId }],
            ["Decrypt", { CiphertextBlob }],
            ["DescribeKey", { KeyId }],
          ]) {
            await answers(worker, params);
          }
          await worker.call("UpdateKeyDescription", { KeyId, Description: "made meanwhile" });
          const log = logOf(worker);
          const told = (line) => /"message":"(\d+) calls? (?:was|were) answered and not recorded",/.exec(line)?.[1] ?? 0;
          const missing = async () => (await log.read()).reduce((sum, line) => sum + Number(told(line)), 0);
          await until("it is told", async () => (await missing()) === (set.length === 0 ? 0 : 3));
          assert.equal(named(await log.events(), "UpdateKeyDescription").length, 1, "it is the keyring's own event");

          await worker.faults({});
          await worker.call("Decrypt", { CiphertextBlob });
          await until("what comes then is recorded", async () => named(await worker.trail(), "Decrypt").length === 1);
        },
        { set: ["AUDIT_LOG=on", ...set] },
      ));
  }

  test("a log that fails delays its lines, and nothing else", () =>
    withGatedWorker(
      async (worker) => {
        const { KeyId } = (await worker.call("CreateKey")).KeyMetadata;
        const log = logOf(worker);
        await until("it is written", async () => named(await log.events(), "CreateKey").length === 1);
        await worker.faults({ logFails: true });
        await worker.call("GenerateDataKey", { KeyId });
        await worker.call("UpdateKeyDescription", { KeyId, Description: "made while the log failed" });
        await until("it is told", async () => (await log.read()).some((line) => /deliver-events waits/.test(line)));
        const written = async (name) => named(await log.events(), name).length;
        assert.deepEqual([await written("GenerateDataKey"), await written("UpdateKeyDescription")], [0, 0], "the gate does fail");
        await worker.faults({});
        await until("both are written", async () => (await written("GenerateDataKey")) + (await written("UpdateKeyDescription")) === 2);
      },
      { set: ["AUDIT_LOG=on"] },
    ));

  test("AUDIT=off: calls leave no events, and that it was switched off is one", async () => {
    const state = await temporaryState();
    try {
      const run = async (set, use) => {
        const worker = await startGatedWorker({ state, set });
        try {
          return await use(worker);
        } finally {
          await worker.stop();
        }
      };
      const KeyId = await run([], async ({ call }) => (await call("CreateKey")).KeyMetadata.KeyId);
      await run(["AUDIT=off"], async (worker) => {
        await worker.call("GenerateDataKey", { KeyId });
        assert.deepEqual(await worker.trail(), []);
        await worker.call("DisableKey", { KeyId });
      });
      await run([], ({ call }) => call("EnableKey", { KeyId }));
      const names = (await withKeyringFile(state, storedEvents)).map(({ eventName }) => eventName);
      assert.deepEqual(names, ["CreateKey", "SetAuditOff", "DisableKey", "SetAuditStrict", "EnableKey"]);
    } finally {
      await removeState(state);
    }
  });

  test("requests that nobody can be held to account for are one counted line without a word of their sender", () =>
    withGatedWorker(
      async (worker) => {
        const { credentials, address } = worker;
        const wrong = { ...credentials, accessKeySecret: "chosen-by-the-sender" };
        const unknown = { ...credentials, accessKeyId: "chosen-by-the-sender" };
        const chosen = [["KeyId", "chosen-by-the-sender"]];
        const host = new URL(address).host;
        for (const [signed, code] of [
          [acs3Request(wrong, host, "DescribeKey", chosen), "SignatureDoesNotMatch"],
          [rpcRequest(wrong, "DescribeKey", chosen), "SignatureDoesNotMatch"],
          [rpcRequest(unknown, "DescribeKey", chosen), "InvalidAccessKeyId.NotFound"],
          [rpcRequest(credentials, "chosen-by-the-sender", []), "InvalidApi.NotFound"],
          [rpcRequest(credentials, "DescribeKey", chosen, { clockOffsetMs: -3_600_000 }), "InvalidTimeStamp.Expired"],
          [rpcRequest(credentials, "ListKeys", [["RegionId", "cn-chosen-by-the-sender"]]), "InvalidParameter"],
        ]) {
          const headers = { ...signed.headers, "user-agent": "chosen-by-the-sender" };
          const { status, json } = await send(address, { ...signed, headers });
          assert.ok(status >= 400);
          assert.equal(json.Code, code);
        }
        const log = logOf(worker);
        const counted = async () => (await log.events()).filter(({ eventType }) => eventType === "RefusedCalls");
        await until("the line is written", async () => (await counted()).length > 0, COUNTED_WITHIN_MS);
        const [{ refused }, ...more] = await counted();
        assert.deepEqual(more, []);
        assert.deepEqual(refused, {
          "InvalidAccessKeyId.NotFound": 1,
          "InvalidApi.NotFound": 1,
          "InvalidTimeStamp.Expired": 1,
          RegionNotServed: 1,
          SignatureDoesNotMatch: 2,
        });
        assert.ok(!(await log.read()).join("\n").includes("chosen-by-the-sender"));
      },
      { set: ["AUDIT_LOG=on"] },
    ));
});
