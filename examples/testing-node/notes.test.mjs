// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startKms } from "edgekms/testing";
import { Notes } from "./notes.mjs";

const DAY = 24 * 60 * 60 * 1000;

let kms;
let notes;
before(async () => {
  kms = await startKms({ seed: { keys: { "alias/notes": { description: "notes" } } } });
  notes = new Notes(kms.client());
});
after(() => kms?.stop());

test("a note is read as it was written", async () => {
  await notes.write("alice", "buy milk");
  assert.equal(await notes.read("alice"), "buy milk");
});

test("nobody reads it as somebody else", async () => {
  const message = await notes.write("alice", "buy milk");
  await assert.rejects(notes.read("bob", message), { code: "ContextMismatch" });
});

test("once the key is deleted, a week after that was asked for, it is gone for good", async () => {
  const message = await notes.write("alice", "buy milk");
  const client = kms.client();
  const { keyMetadata } = await client.describeKey({ keyId: "alias/notes" });
  await client.scheduleKeyDeletion({ keyId: keyMetadata.keyId, pendingWindowInDays: 7 });
  await kms.clock.advance(7 * DAY);
  await assert.rejects(client.describeKey({ keyId: keyMetadata.keyId }), { code: "Forbidden.KeyNotFound" });
  await assert.rejects(notes.read("alice", message), { code: "NoDataKey" });
});
