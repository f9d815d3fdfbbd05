// SPDX-License-Identifier: Apache-2.0

/** Every AES engine against the same foreign vectors, and each one's mutations. */

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import "edgekms";
import { nodeCipher } from "../../pkg/dist/engine/node.js";
import { wasmKey } from "../../pkg/dist/engine/wasm.js";
import { webCryptoCipher } from "../../pkg/dist/engine/webcrypto.js";
import { chooseEngine } from "../../pkg/dist/engine/choose.js";
import { core } from "../../pkg/dist/core/core.js";
import { worded } from "../../pkg/dist/core/words.js";
import { concatBytes, patternedBytes } from "../lib/bytes.mjs";
import { fromHex, vectors } from "./lib/vectors.mjs";

const ENGINES = {
  node: nodeCipher,
  webcrypto: webCryptoCipher,
  wasm: async (key) => wasmKey(await core(), key),
};

const notAuthentic = (error) => error.code === "FrameNotAuthentic";
/** Engines fail by a rejection or by a throw. */
const attempt = async (work) => {
  try {
    return await work();
  } catch (error) {
    throw await worded(error);
  }
};

for (const [name, makeCipher] of Object.entries(ENGINES)) {
  describe(`engine ${name}`, () => {
    const counts = { valid: 0, invalid: 0 };
    let all;
    before(() => (all = vectors("aes-gcm")));

    for (const keySize of [128, 192, 256]) {
      test(`seals and opens Wycheproof's AES-${keySize}-GCM vectors, and refuses the invalid ones`, async () => {
        for (const vector of all.filter((candidate) => candidate.keySize === keySize)) {
          const cipher = await makeCipher(fromHex(vector.key));
          const frame = { iv: fromHex(vector.iv), aad: fromHex(vector.aad) };
          const sealed = concatBytes([fromHex(vector.ct), fromHex(vector.tag)]);
          const what = `tcId ${vector.tcId}: ${vector.comment}`;
          counts[vector.result] += 1;
          if (vector.result === "invalid") {
            await assert.rejects(attempt(() => cipher.open(frame, sealed)), notAuthentic, what);
            continue;
          }
          const plaintext = fromHex(vector.msg);
          assert.deepEqual(concatBytes(await cipher.seal(frame, plaintext)), sealed, what);
          assert.deepEqual(await cipher.open(frame, sealed), plaintext, what);
        }
        assert.ok(counts.valid > 0 && counts.invalid > 0);
      });
    }

    test("every one-byte change of ciphertext, tag, IV or associated data is refused", async () => {
      const cipher = await makeCipher(patternedBytes(32));
      const frame = { iv: patternedBytes(12, 2), aad: patternedBytes(20, 3) };
      const sealed = concatBytes(await cipher.seal(frame, patternedBytes(24, 4)));
      const changed = (bytes, at) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
      for (let at = 0; at < sealed.length; at += 1) {
        await assert.rejects(attempt(() => cipher.open(frame, changed(sealed, at))), notAuthentic);
      }
      for (let at = 0; at < 12; at += 1) {
        const other = { ...frame, iv: changed(frame.iv, at) };
        await assert.rejects(attempt(() => cipher.open(other, sealed)), notAuthentic);
      }
      for (let at = 0; at < 20; at += 1) {
        const other = { ...frame, aad: changed(frame.aad, at) };
        await assert.rejects(attempt(() => cipher.open(other, sealed)), notAuthentic);
      }
    });

    test("the key that was given may be wiped at once", async () => {
      const key = patternedBytes(32);
      const cipher = await makeCipher(key);
      const expected = await (await makeCipher(key.slice())).seal({ iv: key.slice(0, 12), aad: key.slice(0, 0) }, key.slice());
      const iv = key.slice(0, 12);
      const plaintext = key.slice();
      key.fill(0);
      const sealed = await cipher.seal({ iv, aad: new Uint8Array(0) }, plaintext);
      assert.deepEqual(concatBytes(sealed), concatBytes(expected));
    });

    test("input is read before the call returns", async () => {
      const cipher = await makeCipher(patternedBytes(32));
      const frame = { iv: patternedBytes(12, 2), aad: patternedBytes(20, 3) };
      const plaintext = patternedBytes(200_000, 4);
      const sealing = cipher.seal(frame, plaintext);
      plaintext.fill(0);
      const sealed = concatBytes(await sealing);
      const opening = cipher.open(frame, sealed);
      sealed.fill(0);
      assert.deepEqual(await opening, patternedBytes(200_000, 4));
    });
  });
}

test("auto takes the host's engine for large payloads and WebAssembly for small ones", () => {
  assert.equal(chooseEngine("auto", "node", 65_536, 32), "node");
  assert.equal(chooseEngine("auto", "browser", 65_536, 32), "webcrypto");
  assert.equal(chooseEngine("auto", "workerd", 65_536, 32), "webcrypto");
  assert.equal(chooseEngine("auto", "browser", 16, 32), "wasm");
});

test("auto avoids WebCrypto for AES-192, which Chromium does not have", () => {
  assert.equal(chooseEngine("auto", "browser", 65_536, 24), "wasm");
  assert.equal(chooseEngine("auto", "node", 65_536, 24), "node");
});

test("a forced engine is taken whatever the size", () => {
  for (const engine of ["node", "webcrypto", "wasm"]) {
    for (const length of [0, 1, 1e9]) assert.equal(chooseEngine(engine, "node", length, 32), engine);
  }
});
