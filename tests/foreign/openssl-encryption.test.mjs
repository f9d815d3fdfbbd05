// SPDX-License-Identifier: Apache-2.0

/**
 * What OpenSSL's command line encrypts under the worker's public keys, the worker opens, in both
 * dialects; and what it encrypts by other means, it does not.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { flipped, newPair } from "../lib/asymmetric.mjs";
import { fromBase64, patternedBytes, toBase64 } from "../lib/bytes.mjs";
import { describedByOpenssl, encryptedByOpenssl, oaep, pemByOpenssl } from "../lib/openssl.mjs";
import { startWorker } from "../lib/worker.mjs";

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker?.stop());

const HASHES = { RSAES_OAEP_SHA_256: "sha256", RSAES_OAEP_SHA_1: "sha1" };
const RSA = [
  { bits: 2048, longest: { RSAES_OAEP_SHA_256: 190, RSAES_OAEP_SHA_1: 214 } },
  { bits: 3072, longest: { RSAES_OAEP_SHA_256: 318, RSAES_OAEP_SHA_1: 342 } },
  { bits: 4096, longest: { RSAES_OAEP_SHA_256: 446, RSAES_OAEP_SHA_1: 470 } },
];

for (const { bits, longest } of RSA) {
  const spec = `RSA_${bits}`;
  describe(`a key of spec ${spec} that encrypts`, () => {
    /** @type {Awaited<ReturnType<typeof newPair>>} */
    let pair;
    let pem;
    before(async () => {
      pair = await newPair(worker, spec, "ENCRYPT/DECRYPT");
      pem = (await pair.alibaba("GetPublicKey")).PublicKey;
    });

    test("OpenSSL reads its public key, the same in both dialects, and finds the size that was asked for", async () => {
      assert.match(await describedByOpenssl(pem), new RegExp(`Public-Key: \\(${bits} bit\\)`));
      const told = await pair.aws("GetPublicKey");
      assert.equal(await pemByOpenssl(fromBase64(told.PublicKey)), pem);
      assert.equal(told.KeySpec, spec);
      assert.equal(told.KeyUsage, "ENCRYPT_DECRYPT");
      assert.deepEqual(told.EncryptionAlgorithms.toSorted(), Object.keys(longest).toSorted());
      assert.equal(told.SigningAlgorithms, undefined);
    });

    for (const [algorithm, max] of Object.entries(longest)) {
      describe(algorithm, () => {
        const hash = HASHES[algorithm];
        const sealed = (length) => encryptedByOpenssl(pem, patternedBytes(length), oaep(hash));

        /** The answers of both dialects to a ciphertext. */
        const opened = async (ciphertext) => {
          const CiphertextBlob = toBase64(ciphertext);
          return {
            alibaba: await pair.alibabaAnswer("AsymmetricDecrypt", { Algorithm: algorithm, CiphertextBlob }),
            aws: await pair.awsAnswer("Decrypt", { EncryptionAlgorithm: algorithm, CiphertextBlob }),
          };
        };
        const assertOpens = async (ciphertext, plaintext, what) => {
          for (const { status, json, text } of Object.values(await opened(ciphertext))) {
            assert.equal(status, 200, `${what}: ${text}`);
            assert.equal(json.Plaintext, toBase64(plaintext), what);
          }
        };

        for (const length of [0, 1, 32, max]) {
          test(`${length} bytes that OpenSSL encrypts, the worker opens`, async () => {
            await assertOpens(await sealed(length), patternedBytes(length), `${length} bytes`);
          });
        }

        test("what the worker encrypts is as long as the modulus, never twice the same, and opens in either dialect", async () => {
          const seen = new Set();
          for (const length of [1, 32, max, max]) {
            const Plaintext = toBase64(patternedBytes(length));
            for (const { CiphertextBlob } of [
              await pair.alibaba("AsymmetricEncrypt", { Algorithm: algorithm, Plaintext }),
              await pair.aws("Encrypt", { EncryptionAlgorithm: algorithm, Plaintext }),
            ]) {
              assert.equal(fromBase64(CiphertextBlob).length, bits / 8);
              await assertOpens(fromBase64(CiphertextBlob), patternedBytes(length), `${length} bytes`);
              seen.add(CiphertextBlob);
            }
          }
          assert.equal(seen.size, 8);
        });

        test("one byte more than the longest is refused by OpenSSL and by the worker", async () => {
          await assert.rejects(sealed(max + 1), /data too large/);
          const Plaintext = toBase64(patternedBytes(max + 1));
          const alibaba = await pair.alibabaAnswer("AsymmetricEncrypt", { Algorithm: algorithm, Plaintext });
          assert.equal(alibaba.json.Code, "InvalidParameter", alibaba.text);
          const aws = await pair.awsAnswer("Encrypt", { EncryptionAlgorithm: algorithm, Plaintext });
          assert.equal(aws.json.__type, "ValidationException", aws.text);
        });

        test("whatever else OpenSSL makes does not open, and no answer tells why", async () => {
          const good = await sealed(32);
          const plaintext = patternedBytes(32);
          const [other] = Object.values(HASHES).filter((each) => each !== hash);
          const padded = (padding) => encryptedByOpenssl(pem, plaintext, padding);
          const bad = {
            changed: flipped(good, 100),
            cut: good.subarray(0, -1),
            longer: Buffer.concat([good, Buffer.alloc(1)]),
            "another hash": await padded(oaep(other)),
            "another hash in MGF1": await padded(oaep(hash, other)),
            "a label": await padded([...oaep(hash), "rsa_oaep_label:6c6162656c"]),
            "PKCS #1 v1.5": await padded(["rsa_padding_mode:pkcs1"]),
            "no padding": await encryptedByOpenssl(pem, patternedBytes(bits / 8).with(0, 0), ["rsa_padding_mode:none"]),
          };
          const told = { alibaba: new Set(), aws: new Set() };
          for (const [what, ciphertext] of Object.entries(bad)) {
            const { alibaba, aws } = await opened(ciphertext);
            assert.equal(alibaba.json.Code, "InvalidParameter", `${what}: ${alibaba.text}`);
            assert.equal(aws.json.__type, "InvalidCiphertextException", `${what}: ${aws.text}`);
            told.alibaba.add(`${alibaba.status} ${alibaba.json.Message}`);
            told.aws.add(`${aws.status} ${aws.json.message}`);
          }
          assert.deepEqual([told.alibaba.size, told.aws.size], [1, 1]);
          await assertOpens(good, plaintext, "unchanged");
        });
      });
    }
  });
}
