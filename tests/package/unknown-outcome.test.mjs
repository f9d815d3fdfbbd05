// SPDX-License-Identifier: Apache-2.0

/** The real worker with a keyring that is slow or out of reach: what the client asks for a second time. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { edgekmsClient } from "../lib/clients.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { MOMENT_MS, startGatedWorker } from "../worker/lib/gated-worker.mjs";

describe("a call whose outcome is unknown", () => {
  let worker;
  before(async () => (worker = await startGatedWorker()));
  after(() => worker?.stop());

  /** A client, and how many requests it has sent. */
  const counting = (dialect, options = {}) => {
    const counted = { sent: 0 };
    const fetch = (...args) => ((counted.sent += 1), globalThis.fetch(...args));
    const { address, credentials } = worker;
    const { region } = worker.about;
    const kms = edgekmsClient({ address, region, credentials }, { dialect, fetch, maxAttempts: 3, ...options });
    return { counted, kms };
  };
  const keysNow = async () => (await counting("aliyun").kms.listKeys()).totalCount;

  for (const [dialect, code] of [["aliyun", "ServiceUnavailableTemporary"], ["aws", "DependencyTimeoutException"]]) {
    test(`${dialect}: with the keyring out of reach CreateKey is sent once, ListKeys again and again`, async () => {
      await worker.edges[0].faults({ noKeyring: true });
      const making = counting(dialect);
      const error = await rejectsWithCode(making.kms.createKey(), code);
      assert.equal(error.status, 503);
      assert.equal(making.counted.sent, 1);
      const reading = counting(dialect);
      await rejectsWithCode(reading.kms.listKeys(), code);
      assert.equal(reading.counted.sent, 3);
      await worker.edges[0].faults({});
    });

    test(`${dialect}: an answer that comes too late leaves one key, not two`, async () => {
      const before = await keysNow();
      await worker.edges[0].faults({ slowKeyring: true });
      const { kms, counted } = counting(dialect, { timeoutMs: MOMENT_MS / 2 });
      await rejectsWithCode(kms.createKey(), "Timeout");
      assert.equal(counted.sent, 1);
      await worker.edges[0].faults({});
      assert.equal(await keysNow(), before + 1);
    });
  }
});
