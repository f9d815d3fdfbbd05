// SPDX-License-Identifier: Apache-2.0

/**
 * The sequences that the model has made (crates/service/src/call/tests/model.rs), replayed against the running
 * worker: two isolates in turn, restarts of the object, days that pass. Answers, states and lists agree at
 * every step.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually } from "../lib/eventually.mjs";
import { base64 } from "./lib/calls.mjs";
import { withGatedWorker } from "./lib/gated-worker.mjs";

const DAY_MS = 86_400_000;
/** Longer than an isolate may be late. */
const LATE_MS = 61_000;
const PLAINTEXT = base64("hello");
const NOBODY = "00000000-0000-4000-8000-000000000000";
const { traces } = JSON.parse(await readFile(new URL("../vectors/model.json", import.meta.url), "utf8"));

const rotation = (days) =>
  days === null ? { EnableAutomaticRotation: "false" } : { EnableAutomaticRotation: "true", RotationInterval: `${days}d` };

/** Each step as a call: its action and parameters. */
const CALLS = {
  Create: (_, { spec, rotation: days }) => ["CreateKey", { KeySpec: spec, ...rotation(days) }],
  Enable: (key, number) => ["EnableKey", key(number)],
  Disable: (key, number) => ["DisableKey", key(number)],
  ScheduleDeletion: (key, [number, days]) => ["ScheduleKeyDeletion", { ...key(number), PendingWindowInDays: `${days}` }],
  CancelDeletion: (key, number) => ["CancelKeyDeletion", key(number)],
  Protect: (key, [number, on]) => ["SetDeletionProtection", { ...key(number), EnableDeletionProtection: `${on}` }],
  Rotation: (key, [number, days]) => ["UpdateRotationPolicy", { ...key(number), ...rotation(days) }],
  CreateVersion: (key, number) => ["CreateKeyVersion", key(number)],
  CreateAlias: (key, [number, AliasName]) => ["CreateAlias", { ...key(number), AliasName }],
  UpdateAlias: (key, [number, AliasName]) => ["UpdateAlias", { ...key(number), AliasName }],
  DeleteAlias: (_, AliasName) => ["DeleteAlias", { AliasName }],
  Tag: (key, [number, tag]) => ["TagResource", { ...key(number), Tags: JSON.stringify([{ TagKey: tag }]) }],
  Untag: (key, [number, tag]) => ["UntagResource", { ...key(number), TagKeys: JSON.stringify([tag]) }],
  Encrypt: (key, number) => ["Encrypt", { ...key(number), Plaintext: PLAINTEXT }],
  EncryptByAlias: (_, KeyId) => ["Encrypt", { KeyId, Plaintext: PLAINTEXT }],
};

/** All that lists and descriptions tell, in the form that the model writes. */
async function listed(edge, keyIds) {
  const { Keys, TotalCount } = await edge.call("ListKeys", { PageSize: "100" });
  assert.equal(TotalCount, Keys.Key.length);
  const keys = [];
  for (const { KeyId } of Keys.Key) {
    const { KeyMetadata } = await edge.call("DescribeKey", { KeyId });
    const versions = (await edge.call("ListKeyVersions", { KeyId })).TotalCount;
    const tags = (await edge.call("ListResourceTags", { KeyId })).Tags.Tag.map(({ TagKey }) => TagKey).sort();
    const isProtected = KeyMetadata.DeletionProtection === "Enabled";
    keys.push([keyIds.indexOf(KeyId), KeyMetadata.KeyState, KeyMetadata.AutomaticRotation, versions, tags, isProtected]);
  }
  const { Aliases } = await edge.call("ListAliases", { PageSize: "100" });
  const aliases = Aliases.Alias.map(({ AliasName, KeyId }) => [AliasName, keyIds.indexOf(KeyId)]);
  return { keys, aliases };
}

for (const [number, trace] of traces.entries()) {
  test(`sequence ${number + 1}, ${trace.length} steps`, () =>
    withGatedWorker(
      async (worker) => {
        const keyIds = [];
        const blobs = [];
        const key = (index) => ({ KeyId: keyIds[index] ?? NOBODY });
        let clock = 0;
        for (const [index, { step, code, listed: expected }] of trace.entries()) {
          const edge = worker.edges[index % 2];
          const [[name, value]] = typeof step === "string" ? [[step]] : Object.entries(step);
          clock += LATE_MS + (name === "Pass" ? value * DAY_MS : 0);
          await worker.moveClock(clock);
          const what = `step ${index + 1}: ${JSON.stringify(step)}`;
          if (name === "Restart") await worker.killObject();
          else if (name !== "Pass") {
            const call = name === "Decrypt" ? ["Decrypt", { CiphertextBlob: blobs[value] ?? "AAAA" }] : CALLS[name](key, value);
            const { status, json } = await edge.send(...call);
            assert.equal(status === 200 ? "ok" : json.Code, code, what);
            if (status === 200 && name === "Create") keyIds.push(json.KeyMetadata.KeyId);
            if (status === 200 && name.startsWith("Encrypt")) blobs.push(json.CiphertextBlob);
          }
          // What is due is done soon after a call, not before it.
          await eventually(async () => assert.deepEqual(await listed(edge, keyIds), expected, what));
        }
      },
      { isolates: 2, set: ["MAX_KEYS=5", "MAX_ALIASES=4", "MAX_ASYMMETRIC_KEY_VERSIONS=3"] },
    ));
}
