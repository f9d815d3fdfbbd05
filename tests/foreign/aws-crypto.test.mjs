// SPDX-License-Identifier: Apache-2.0

/**
 * The message format against `@aws-crypto/client-node`, another team's implementation of the same
 * specification: each side opens what the other sealed, for every suite, shape of body, kind of
 * encryption context and AES engine.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Envelope, rawAesKeyring } from "edgekms";
import { SUITES, awsClient, awsOpen, awsRawAes, awsSeal, awsSealNonFramed, suiteLabel } from "../lib/aws-esdk.mjs";
import { chunksOf, concatBytes, patternedBytes, throughStream } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";

const ENGINES = ["node", "webcrypto", "wasm"];
const WRAPPING_KEY = patternedBytes(32, 7);
const KEY = { namespace: "conformance", name: "wrapping key é", wrappingKey: WRAPPING_KEY };
const WRITTEN_SUITES = SUITES.filter((suite) => suite.committing);

/** Bodies around every boundary of the frame; 4096 is their default frame and 65536 is ours. */
const BODIES = [
  { name: "empty body", length: 0, frameLength: 4096 },
  { name: "empty body in frames of 1", length: 0, frameLength: 1 },
  { name: "5 bytes in frames of 1", length: 5, frameLength: 1 },
  { name: "40 bytes in frames of 16", length: 40, frameLength: 16 },
  { name: "48 bytes, an exact multiple of 16", length: 48, frameLength: 16 },
  { name: "exactly one frame of 4096", length: 4096, frameLength: 4096 },
  { name: "4095 bytes in frames of 4096", length: 4095, frameLength: 4096 },
  { name: "10000 bytes in frames of 4096", length: 10_000, frameLength: 4096 },
  { name: "131072 bytes, an exact multiple of 64 KiB", length: 131_072, frameLength: 65_536 },
  { name: "200000 bytes in frames of 64 KiB", length: 200_000, frameLength: 65_536 },
  { name: "100 bytes in the longest frame there is", length: 100, frameLength: 2 ** 32 - 1 },
];

const CONTEXTS = [
  { name: "no context", context: {} },
  { name: "one pair", context: { purpose: "photo" } },
  { name: "an empty value", context: { "a key": "" } },
  // U+FF5A sorts before U+1F600 as UTF-8 and after it as UTF-16: only the first is the specification.
  { name: "non-ASCII keys and values", context: { "\u{1F600}": "é", "\uFF5A": "中文", Z: "1", z: "2", "é": "\u{10FFFF}" } },
  { name: "decomposed and composed letters kept apart", context: { "e\u0301": "decomposed", "\u00e9": "composed" } },
  { name: "names that JavaScript objects already have", context: JSON.parse('{"__proto__":"p","constructor":"c"}') },
];

/** @param {string} engine */
function envelope(engine, options = {}) {
  return new Envelope({ keyring: rawAesKeyring(KEY), engine, ...options });
}

/** The policy that lets edgekms open what its default refuses. */
const READ_ALL = { commitmentPolicy: "require-encrypt-allow-decrypt" };

/** The pairs of `expected` are in `actual`; a signing suite adds its own public key beside them. */
function assertContext(actual, expected) {
  for (const [key, value] of Object.entries(expected)) {
    assert.equal(Object.getOwnPropertyDescriptor(actual, key)?.value, value, `context key ${JSON.stringify(key)}`);
  }
  const added = Object.keys(actual).filter((key) => !Object.hasOwn(expected, key));
  assert.deepEqual(added.filter((key) => key !== "aws-crypto-public-key"), []);
}

describe("client-node seals, edgekms opens: every suite and body", () => {
  for (const suite of SUITES) {
    for (const body of BODIES) {
      test(`${suiteLabel(suite.id)} ${suite.name}, ${body.name}`, async () => {
        const plaintext = patternedBytes(body.length, suite.id);
        const context = { suite: suiteLabel(suite.id), "größe": String(body.length) };
        const message = await awsSeal(awsRawAes(KEY), plaintext, {
          suiteId: suite.id,
          frameLength: body.frameLength,
          encryptionContext: context,
        });
        for (const engine of ENGINES) {
          const opened = await envelope(engine, READ_ALL).decrypt(message);
          assert.deepEqual(opened.plaintext, plaintext, engine);
          assertContext(opened.encryptionContext, context);
        }
      });
    }
  }
});

describe("non-framed bodies, which client-node reads too", () => {
  for (const suite of SUITES) {
    for (const length of [0, 1, 1000]) {
      test(`${suiteLabel(suite.id)} ${suite.name}, ${length} bytes`, async () => {
        const plaintext = patternedBytes(length, suite.id);
        const message = await awsSealNonFramed(awsRawAes(KEY), plaintext, {
          suiteId: suite.id,
          encryptionContext: { framing: "none" },
        });
        // Their reader first: a message that only we accept would prove nothing.
        assert.deepEqual((await awsOpen(awsRawAes(KEY), message, suite.id)).plaintext, plaintext);
        for (const engine of ENGINES) {
          const opened = await envelope(engine, READ_ALL).decrypt(message);
          assert.deepEqual(opened.plaintext, plaintext, engine);
        }
      });
    }
  }
});

describe("edgekms seals, client-node opens: both written suites and every body", () => {
  for (const suite of WRITTEN_SUITES) {
    for (const body of BODIES) {
      for (const engine of ENGINES) {
        test(`${suiteLabel(suite.id)} ${engine}, ${body.name}`, async () => {
          const plaintext = patternedBytes(body.length, suite.id + 1);
          const context = { suite: suiteLabel(suite.id), "größe": String(body.length) };
          const message = await envelope(engine, { suite: suite.id, frameLength: body.frameLength }).encrypt(plaintext, {
            encryptionContext: context,
          });
          const opened = await awsOpen(awsRawAes(KEY), message, suite.id);
          assert.deepEqual(opened.plaintext, plaintext);
          assertContext(opened.encryptionContext, context);
          assert.equal(opened.messageHeader.suiteId, suite.id);
          assert.equal(opened.messageHeader.frameLength, body.frameLength);
        });
      }
    }
  }

  for (const [length, frameLength] of [[100, 65_536], [70_000, 70_000], [5_000_000, 1_048_576]]) {
    test(`the defaults are 0x0478 and, of a whole message of ${length} bytes, frames of ${frameLength}`, async () => {
      const message = await new Envelope({ keyring: rawAesKeyring(KEY) }).encrypt(patternedBytes(length));
      const { messageHeader, plaintext } = await awsOpen(awsRawAes(KEY), message, 0x0478);
      assert.equal(messageHeader.suiteId, 0x0478);
      assert.equal(messageHeader.frameLength, frameLength);
      assert.deepEqual(plaintext, patternedBytes(length));
    });
  }
});

describe("encryption contexts in both directions", () => {
  for (const { name, context } of CONTEXTS) {
    for (const suite of WRITTEN_SUITES) {
      test(`${suiteLabel(suite.id)}, ${name}`, async () => {
        const plaintext = patternedBytes(100, 3);
        const theirs = await awsSeal(awsRawAes(KEY), plaintext, { suiteId: suite.id, encryptionContext: context });
        const openedByUs = await envelope("node").decrypt(theirs, { encryptionContext: context });
        assert.deepEqual(openedByUs.plaintext, plaintext);
        assertContext(openedByUs.encryptionContext, context);

        const ours = await envelope("node", { suite: suite.id }).encrypt(plaintext, { encryptionContext: context });
        const openedByThem = await awsOpen(awsRawAes(KEY), ours, suite.id);
        assert.deepEqual(openedByThem.plaintext, plaintext);
        assertContext(openedByThem.encryptionContext, context);
      });
    }
  }
});

describe("streams with odd chunking in both directions", () => {
  const CHUNKINGS = [[1], [7, 13, 1], [1009], [1, 100_000]];
  const plaintext = patternedBytes(4_011, 11);
  for (const sizes of CHUNKINGS) {
    for (const suite of SUITES) {
      test(`client-node streams ${suiteLabel(suite.id)}, edgekms opens in chunks of ${sizes.join(", ")}`, async () => {
        const message = await sealByTheirStream(suite.id, sizes);
        const opened = await throughStream(message, envelope("auto", READ_ALL).decryptStream(), sizes);
        assert.deepEqual(opened, plaintext);
      });
    }
    for (const suite of WRITTEN_SUITES) {
      for (const engine of ENGINES) {
        test(`edgekms streams ${suiteLabel(suite.id)} (${engine}) in chunks of ${sizes.join(", ")}, client-node opens`, async () => {
          const sealer = envelope(engine, { suite: suite.id, frameLength: 500 }).encryptStream();
          const message = await throughStream(plaintext, sealer, sizes);
          assert.deepEqual((await awsOpen(awsRawAes(KEY), message, suite.id)).plaintext, plaintext);
        });
      }
    }
  }

  /** Their stream takes the same odd chunks, and its message comes back whole. */
  async function sealByTheirStream(suiteId, sizes) {
    const stream = awsClient(suiteId).encryptStream(awsRawAes(KEY), { suiteId, frameLength: 500 });
    const parts = [];
    const ended = new Promise((resolve, reject) => {
      stream.on("data", (part) => parts.push(part));
      stream.on("end", resolve);
      stream.on("error", reject);
    });
    for (const chunk of chunksOf(plaintext, sizes)) stream.write(Buffer.from(chunk));
    stream.end();
    await ended;
    return concatBytes(parts);
  }
});

describe("commitment policies on messages that client-node sealed", () => {
  const plaintext = patternedBytes(10);
  for (const suite of SUITES) {
    test(`${suiteLabel(suite.id)} ${suite.name}: ${suite.committing ? "opens" : "is refused"} by default`, async () => {
      const message = await awsSeal(awsRawAes(KEY), plaintext, { suiteId: suite.id });
      const opening = envelope("node").decrypt(message);
      if (suite.committing) {
        assert.deepEqual((await opening).plaintext, plaintext);
      } else {
        await rejectsWithCode(opening, "CommitmentPolicyViolation");
        await rejectsWithCode(throughStream(message, envelope("node").decryptStream(), [50]), "CommitmentPolicyViolation");
      }
      for (const commitmentPolicy of ["require-encrypt-allow-decrypt", "forbid-encrypt-allow-decrypt"]) {
        const opened = await envelope("node", { commitmentPolicy }).decrypt(message);
        assert.deepEqual(opened.plaintext, plaintext, commitmentPolicy);
      }
    });
  }
});
