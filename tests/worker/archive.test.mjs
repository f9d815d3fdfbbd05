// SPDX-License-Identifier: Apache-2.0

/** Events that are older than their object keeps them: in the bucket, found there, and believed only as they were put. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../lib/eventually.mjs";
import { withGatedWorker } from "./lib/gated-worker.mjs";

const DAY_MS = 86_400_000;
const TRAIL = { version: "2020-07-06" };
const OPTIONS = { set: ["AUDIT_RETENTION_DAYS=1"], archive: true };

const second = (millis) => new Date(millis).toISOString().replace(/\.\d+Z$/, "Z");

/** The events of a key between two moments, the latest first. */
const eventsOf = (KeyId, from, until) => ({
  StartTime: second(from),
  EndTime: second(until),
  "LookupAttribute.1.Key": "ResourceName",
  "LookupAttribute.1.Value": KeyId,
});

const namesOf = ({ Events }) => Events.map(({ eventName }) => eventName);

test("are handed on to the bucket and found there, whichever come first", () =>
  withGatedWorker(async (worker) => {
    const began = Date.now();
    const { KeyId } = (await worker.call("CreateKey")).KeyMetadata;
    await worker.call("DisableKey", { KeyId });
    assert.deepEqual(await worker.archived(), []);
    await worker.moveClock(3 * DAY_MS);
    await until("they are handed on", async () => (await worker.archived()).length > 0);
    const [path, ...others] = await worker.archived();
    assert.deepEqual(others, []);
    assert.match(path, new RegExp(`^v1/${worker.about.accountId}/cn-hangzhou/keyring/\\d{4}-\\d\\d-\\d\\d/0{19}1\\.jsonl$`));
    await worker.call("EnableKey", { KeyId });

    const params = eventsOf(KeyId, began - 60_000, began + 4 * DAY_MS);
    await until("they are found", async () => {
      const found = namesOf(await worker.call("LookupEvents", params, TRAIL));
      return JSON.stringify(found) === '["EnableKey","DisableKey","CreateKey"]';
    });
    const forward = await worker.call("LookupEvents", { ...params, Direction: "FORWARD", MaxResults: "2" }, TRAIL);
    assert.deepEqual(namesOf(forward), ["CreateKey", "DisableKey"]);
    const rest = { ...params, Direction: "FORWARD", MaxResults: "2", NextToken: forward.NextToken };
    assert.deepEqual(namesOf(await worker.call("LookupEvents", rest, TRAIL)), ["EnableKey"]);

    // What the object still has begins after a signed statement of what it has handed on.
    const lines = (await worker.bucket.get(path).then((held) => held.text())).trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ line }) => line && JSON.parse(line).eventName), ["CreateKey", "DisableKey", undefined]);
    assert.equal(lines.at(-1).kind, "head");
  }, OPTIONS));

test("that were altered in the bucket are not told", () =>
  withGatedWorker(async (worker) => {
    const began = Date.now();
    const { KeyId } = (await worker.call("CreateKey")).KeyMetadata;
    await worker.moveClock(3 * DAY_MS);
    await until("they are handed on", async () => (await worker.archived()).length > 0);
    const [path] = await worker.archived();
    const text = await worker.bucket.get(path).then((held) => held.text());
    const params = eventsOf(KeyId, began - 60_000, began + DAY_MS);
    assert.deepEqual(namesOf(await worker.call("LookupEvents", params, TRAIL)), ["CreateKey"]);
    await worker.bucket.put(path, text.replaceAll("CreateKey", "DeleteKey"));
    assert.deepEqual(await worker.refused("LookupEvents", params, TRAIL), [503, "ServiceUnavailableTemporary"]);
    const recent = { ...params, StartTime: second(began + 2 * DAY_MS), EndTime: second(began + 4 * DAY_MS) };
    assert.deepEqual(namesOf(await worker.call("LookupEvents", recent, TRAIL)), [], "what needs no bucket is answered");
  }, OPTIONS));
