// SPDX-License-Identifier: Apache-2.0

/**
 * OpenSSL's command line against the running worker: it reads every kind of public key, and takes for
 * signatures exactly what the worker takes, in both dialects.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { EVERY_KIND, SIGNING, awsName, ecdsaForms, flipped, hashOf, newPair } from "../lib/asymmetric.mjs";
import { fromBase64, patternedBytes, toBase64 } from "../lib/bytes.mjs";
import { describedByOpenssl, messageVerifiedByOpenssl, pemByOpenssl, verifiedByOpenssl } from "../lib/openssl.mjs";
import { startWorker } from "../lib/worker.mjs";

const MESSAGE_MAX_LEN = 4096;

let worker;
before(async () => {
  worker = await startWorker({ settings: EVERY_KIND });
});
after(() => worker?.stop());

for (const { spec, awsSpec, described, algorithms } of SIGNING) {
  describe(`a key of spec ${spec} that signs`, () => {
    /** @type {Awaited<ReturnType<typeof newPair>>} */
    let pair;
    let pem;
    before(async () => {
      pair = await newPair(worker, spec, "SIGN/VERIFY");
      pem = (await pair.alibaba("GetPublicKey")).PublicKey;
    });

    test("OpenSSL reads its public key, the same in both dialects, and finds the size that was asked for", async () => {
      assert.match(await describedByOpenssl(pem), described);
      const told = await pair.aws("GetPublicKey");
      assert.equal(await pemByOpenssl(fromBase64(told.PublicKey)), pem);
      assert.equal(told.KeySpec, awsSpec);
      assert.equal(told.KeyUsage, "SIGN_VERIFY");
      assert.deepEqual(told.SigningAlgorithms.toSorted(), algorithms.map(awsName).toSorted());
      assert.equal(told.EncryptionAlgorithms, undefined);
    });

    for (const algorithm of algorithms) {
      const { name: hash, length } = hashOf(algorithm);
      const SigningAlgorithm = awsName(algorithm);
      const message = patternedBytes(1000);
      const digest = createHash(hash).update(message).digest();
      const signed = async () =>
        fromBase64((await pair.alibaba("AsymmetricSign", { Algorithm: algorithm, Digest: toBase64(digest) })).Value);

      /** What each of three says of a signature: OpenSSL, the worker to Alibaba's clients, the worker to AWS's. */
      const opinions = async (signature, { of = digest, by = algorithm } = {}) => {
        const openssl = await verifiedByOpenssl({ pem, algorithm: by, digest: of, signature });
        const params = { Algorithm: by, Digest: toBase64(of), Value: toBase64(signature) };
        const { Value } = await pair.alibaba("AsymmetricVerify", params);
        const { status, json } = await pair.awsAnswer("Verify", {
          Message: toBase64(of),
          MessageType: "DIGEST",
          Signature: toBase64(signature),
          SigningAlgorithm: awsName(by),
        });
        return [openssl, Value, status === 200 ? json.SignatureValid : json.__type];
      };
      const GOOD = [true, true, true];
      const BAD = [false, false, "KMSInvalidSignatureException"];

      describe(algorithm, () => {
        test("OpenSSL verifies what AsymmetricSign signs, from all zeros to all ones", async () => {
          for (const of of [digest, Buffer.alloc(length), Buffer.alloc(length, 0xff)]) {
            const { Value } = await pair.alibaba("AsymmetricSign", { Algorithm: algorithm, Digest: toBase64(of) });
            assert.deepEqual(await opinions(fromBase64(Value), { of }), GOOD);
          }
        });

        test("OpenSSL verifies what Sign signs of messages, the shortest to the longest, and of a digest", async () => {
          for (const size of [1, 1000, MESSAGE_MAX_LEN]) {
            const raw = patternedBytes(size);
            const { Signature } = await pair.aws("Sign", { Message: toBase64(raw), SigningAlgorithm });
            const signature = fromBase64(Signature);
            assert.ok(await messageVerifiedByOpenssl({ pem, algorithm, message: raw, signature }), `${size} bytes`);
          }
          const input = { Message: toBase64(digest), MessageType: "DIGEST", SigningAlgorithm };
          const signature = fromBase64((await pair.aws("Sign", input)).Signature);
          assert.ok(await messageVerifiedByOpenssl({ pem, algorithm, message, signature }));
          assert.ok(!(await messageVerifiedByOpenssl({ pem, algorithm, message: patternedBytes(999), signature })));
        });

        test("a signature that was changed, cut or made longer is refused by OpenSSL and by the worker", async () => {
          const signature = await signed();
          assert.deepEqual(await opinions(signature), GOOD);
          for (const at of [0, Math.floor(signature.length / 2), -1]) {
            assert.deepEqual(await opinions(flipped(signature, at)), BAD, `byte ${at}`);
          }
          assert.deepEqual(await opinions(signature.slice(0, -1)), BAD, "cut");
          assert.deepEqual(await opinions(Buffer.concat([signature, Buffer.alloc(1)])), BAD, "longer");
          assert.deepEqual(await opinions(new Uint8Array(signature.length)), BAD, "zeros");
          assert.deepEqual(await opinions(new Uint8Array(signature.length).fill(0xff)), BAD, "ones");
        });

        test("it is of no other digest and by no other algorithm of the key", async () => {
          const signature = await signed();
          assert.deepEqual(await opinions(signature, { of: flipped(digest, -1) }), BAD);
          for (const by of algorithms.filter((other) => other !== algorithm)) {
            const of = createHash(hashOf(by).name).update(message).digest();
            assert.deepEqual(await opinions(signature, { of, by }), BAD, by);
          }
        });

        if (algorithm.startsWith("ECDSA")) {
          test("r with the negative of s is as good; numbers out of range and what is not DER are nothing", async () => {
            const { mirrored, none } = ecdsaForms(spec, await signed());
            assert.deepEqual(await opinions(mirrored), GOOD);
            for (const [what, signature] of Object.entries(none)) {
              assert.deepEqual(await opinions(signature), BAD, what);
            }
          });
        }

        test("a message of 0 bytes or too many, and a digest of another length, are not signed", async () => {
          for (const size of [length - 1, length + 1, 0]) {
            const text = toBase64(new Uint8Array(size));
            const alibaba = await pair.alibabaAnswer("AsymmetricSign", { Algorithm: algorithm, Digest: text });
            assert.match(alibaba.json.Code, size === 0 ? /^(Missing|Invalid)Parameter$/ : /^InvalidParameter$/, alibaba.text);
            const aws = await pair.awsAnswer("Sign", { Message: text, MessageType: "DIGEST", SigningAlgorithm });
            assert.equal(aws.json.__type, "ValidationException", aws.text);
          }
          for (const size of [0, MESSAGE_MAX_LEN + 1]) {
            const aws = await pair.awsAnswer("Sign", { Message: toBase64(new Uint8Array(size)), SigningAlgorithm });
            assert.equal(aws.json.__type, "ValidationException", aws.text);
          }
        });
      });
    }
  });
}
