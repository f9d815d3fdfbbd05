// SPDX-License-Identifier: Apache-2.0

/**
 * Asymmetric keys through Amazon's KMS client for JavaScript, unmodified; Node's own cryptography has
 * the public keys and judges.
 */

import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { after, before, describe, test } from "node:test";
import * as aws from "@aws-sdk/client-kms";
import { awsName, encryptedByNode, flipped, hashOf, verifiedByNode } from "../lib/asymmetric.mjs";
import { awsFails } from "../lib/aws-sdk.mjs";
import { patternedBytes } from "../lib/bytes.mjs";
import { awsSdkClient } from "../lib/clients.mjs";
import { startWorker } from "../lib/worker.mjs";

const MESSAGE = patternedBytes(4096);
const OAEP = ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"];
const RSA_SIGNING = [256, 384, 512].flatMap((bits) => [`RSA_PKCS1_SHA_${bits}`, `RSA_PSS_SHA_${bits}`]);

let worker;
/** @type {aws.KMSClient} */
let client;

before(async () => {
  worker = await startWorker();
  client = awsSdkClient(worker);
});
after(() => worker?.stop());

const fails = (codes, command) => awsFails(client, codes, command);
const newKey = async (KeySpec, KeyUsage) => (await client.send(new aws.CreateKeyCommand({ KeySpec, KeyUsage }))).KeyMetadata;
const digestFor = (algorithm) => createHash(hashOf(algorithm).name).update(MESSAGE).digest();

/** The public key as Node reads it, once the rest of the answer was found to be right. */
async function publicKey(key, algorithms) {
  const { PublicKey, ...answer } = await client.send(new aws.GetPublicKeyCommand({ KeyId: key.KeyId }));
  assert.equal(answer.KeyId, key.Arn);
  for (const told of [answer, key]) {
    assert.equal(told.KeySpec, key.KeySpec);
    assert.equal(told.CustomerMasterKeySpec, key.KeySpec);
    assert.equal(told.KeyUsage, key.KeyUsage);
    const [used, unused] =
      key.KeyUsage === "SIGN_VERIFY"
        ? [told.SigningAlgorithms, told.EncryptionAlgorithms]
        : [told.EncryptionAlgorithms, told.SigningAlgorithms];
    assert.deepEqual(used.toSorted(), algorithms.toSorted());
    assert.equal(unused, undefined);
  }
  return createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
}

for (const [KeySpec, algorithms] of [
  ["RSA_2048", RSA_SIGNING],
  ["ECC_NIST_P256", ["ECDSA_SHA_256"]],
]) {
  describe(`a key of spec ${KeySpec} that signs`, () => {
    let key;
    let publicHalf;
    before(async () => {
      key = await newKey(KeySpec, "SIGN_VERIFY");
      publicHalf = await publicKey(key, algorithms.map(awsName));
    });

    test("DescribeKey says what it is", async () => {
      const described = (await client.send(new aws.DescribeKeyCommand({ KeyId: key.Arn }))).KeyMetadata;
      assert.deepEqual(described, key);
    });

    for (const algorithm of algorithms) {
      const SigningAlgorithm = awsName(algorithm);
      const forms = { RAW: MESSAGE, DIGEST: digestFor(algorithm) };

      for (const [MessageType, Message] of Object.entries(forms)) {
        test(`Node verifies what Sign signs by ${SigningAlgorithm}, ${MessageType}; Verify does both ways`, async () => {
          const asked = { KeyId: key.KeyId, Message, MessageType, SigningAlgorithm };
          const { Signature, $metadata: _, ...answer } = await client.send(new aws.SignCommand(asked));
          assert.deepEqual(answer, { KeyId: key.Arn, SigningAlgorithm });
          assert.ok(verifiedByNode(publicHalf, algorithm, MESSAGE, Signature));
          for (const [type, message] of Object.entries(forms)) {
            const command = new aws.VerifyCommand({ ...asked, MessageType: type, Message: message, Signature });
            const { $metadata: __, ...verified } = await client.send(command);
            assert.deepEqual(verified, { KeyId: key.Arn, SignatureValid: true, SigningAlgorithm });
          }
          for (const bad of [flipped(Signature, -1), Signature.subarray(0, -1), patternedBytes(Signature.length)]) {
            const error = await fails("KMSInvalidSignatureException", new aws.VerifyCommand({ ...asked, Signature: bad }));
            assert.ok(error instanceof aws.KMSInvalidSignatureException);
          }
          const other = flipped(Message, 0);
          await fails("KMSInvalidSignatureException", new aws.VerifyCommand({ ...asked, Message: other, Signature }));
        });
      }
    }

    test("without a MessageType the message is one, not a digest", async () => {
      const [algorithm] = algorithms;
      const asked = { KeyId: key.Arn, Message: MESSAGE.subarray(0, 32), SigningAlgorithm: awsName(algorithm) };
      const { Signature } = await client.send(new aws.SignCommand(asked));
      assert.ok(verifiedByNode(publicHalf, algorithm, MESSAGE.subarray(0, 32), Signature));
    });
  });
}

describe("a key of spec RSA_2048 that encrypts", () => {
  let key;
  let publicHalf;
  before(async () => {
    key = await newKey("RSA_2048", "ENCRYPT_DECRYPT");
    publicHalf = await publicKey(key, OAEP);
  });

  for (const [EncryptionAlgorithm, longest] of [["RSAES_OAEP_SHA_256", 190], ["RSAES_OAEP_SHA_1", 214]]) {
    test(`Decrypt opens what Encrypt and Node make by ${EncryptionAlgorithm}, up to ${longest} bytes`, async () => {
      for (const length of [1, longest]) {
        const Plaintext = patternedBytes(length);
        const sealed = await client.send(new aws.EncryptCommand({ KeyId: key.Arn, Plaintext, EncryptionAlgorithm }));
        assert.equal(sealed.KeyId, key.Arn);
        assert.equal(sealed.EncryptionAlgorithm, EncryptionAlgorithm);
        assert.equal(sealed.CiphertextBlob.length, 256);
        for (const CiphertextBlob of [sealed.CiphertextBlob, encryptedByNode(publicHalf, EncryptionAlgorithm, Plaintext)]) {
          const command = new aws.DecryptCommand({ KeyId: key.KeyId, CiphertextBlob, EncryptionAlgorithm });
          const { $metadata: _, ...opened } = await client.send(command);
          assert.deepEqual(opened, { KeyId: key.Arn, Plaintext, EncryptionAlgorithm });
        }
      }
      const Plaintext = patternedBytes(longest + 1);
      await fails("ValidationException", new aws.EncryptCommand({ KeyId: key.KeyId, Plaintext, EncryptionAlgorithm }));
    });
  }

  test("InvalidCiphertextException: another algorithm, a changed ciphertext, another key's", async () => {
    const EncryptionAlgorithm = "RSAES_OAEP_SHA_256";
    const ciphertext = encryptedByNode(publicHalf, EncryptionAlgorithm, MESSAGE.subarray(0, 32));
    const open = (input) =>
      new aws.DecryptCommand({ KeyId: key.KeyId, CiphertextBlob: ciphertext, EncryptionAlgorithm, ...input });
    await client.send(open({}));
    const other = await newKey("RSA_2048", "ENCRYPT_DECRYPT");
    await fails("InvalidCiphertextException", open({ EncryptionAlgorithm: "RSAES_OAEP_SHA_1" }));
    await fails("InvalidCiphertextException", open({ CiphertextBlob: flipped(ciphertext, 100) }));
    await fails("InvalidCiphertextException", open({ KeyId: other.KeyId }));
    await fails("ValidationException", open({ KeyId: undefined }));
    await fails("ValidationException", open({ EncryptionContext: { a: "b" } }));
  });
});

describe("errors", () => {
  const ECDSA = { SigningAlgorithm: "ECDSA_SHA_256", Message: MESSAGE };
  const SHA_256 = { EncryptionAlgorithm: "RSAES_OAEP_SHA_256" };
  const Plaintext = MESSAGE.subarray(0, 32);
  let signs;
  let encrypts;
  let symmetric;
  before(async () => {
    signs = await newKey("ECC_NIST_P256", "SIGN_VERIFY");
    encrypts = await newKey("RSA_2048", "ENCRYPT_DECRYPT");
    symmetric = await newKey("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
  });

  test("InvalidKeyUsageException: a key that is not for it, or has another algorithm", async () => {
    const { KeyId } = signs;
    for (const command of [
      new aws.SignCommand({ KeyId, ...ECDSA, SigningAlgorithm: "RSASSA_PSS_SHA_256" }),
      new aws.SignCommand({ KeyId, ...ECDSA, SigningAlgorithm: "ECDSA_SHA_384" }),
      new aws.VerifyCommand({ KeyId, ...ECDSA, SigningAlgorithm: "RSASSA_PSS_SHA_256", Signature: MESSAGE.subarray(0, 256) }),
      new aws.SignCommand({ KeyId: encrypts.KeyId, ...ECDSA, SigningAlgorithm: "RSASSA_PSS_SHA_256" }),
      new aws.SignCommand({ KeyId: symmetric.KeyId, ...ECDSA }),
      new aws.GetPublicKeyCommand({ KeyId: symmetric.KeyId }),
      new aws.EncryptCommand({ KeyId, Plaintext, ...SHA_256 }),
      new aws.EncryptCommand({ KeyId: symmetric.KeyId, Plaintext, ...SHA_256 }),
      new aws.EncryptCommand({ KeyId: encrypts.KeyId, Plaintext }),
      new aws.GenerateDataKeyCommand({ KeyId: encrypts.KeyId, KeySpec: "AES_256" }),
    ]) {
      await fails("InvalidKeyUsageException", command);
    }
  });

  test("ValidationException: a wrong length, words that mean nothing, a usage that the spec has not", async () => {
    const { KeyId } = signs;
    for (const length of [1, 31, 33]) {
      const Message = new Uint8Array(length);
      await fails("ValidationException", new aws.SignCommand({ KeyId, ...ECDSA, MessageType: "DIGEST", Message }));
    }
    await fails("ValidationException", new aws.SignCommand({ KeyId, ...ECDSA, Message: new Uint8Array(4097) }));
    await fails("ValidationException", new aws.SignCommand({ KeyId, ...ECDSA, SigningAlgorithm: "ECDSA_SHA_1" }));
    await fails("ValidationException", new aws.SignCommand({ KeyId, ...ECDSA, MessageType: "HASH" }));
    for (const [code, input] of [
      ["ValidationException", { KeySpec: "RSA_2048" }],
      ["ValidationException", { KeySpec: "RSA_5000", KeyUsage: "SIGN_VERIFY" }],
      ["ValidationException", { KeySpec: "ECC_NIST_P256", KeyUsage: "ENCRYPT_DECRYPT" }],
      ["UnsupportedOperationException", { KeySpec: "ECC_NIST_P521", KeyUsage: "SIGN_VERIFY" }],
    ]) {
      await fails(code, new aws.CreateKeyCommand(input));
    }
  });

  test("DryRunOperationException: Sign and Verify do nothing and say that they would have", async () => {
    const { KeyId } = signs;
    const { Signature } = await client.send(new aws.SignCommand({ KeyId, ...ECDSA }));
    await fails("DryRunOperationException", new aws.SignCommand({ KeyId, ...ECDSA, DryRun: true }));
    await fails("DryRunOperationException", new aws.VerifyCommand({ KeyId, ...ECDSA, Signature, DryRun: true }));
  });

  test("DisabledException: every use of a disabled key, until it is enabled again", async () => {
    const { Signature } = await client.send(new aws.SignCommand({ KeyId: signs.KeyId, ...ECDSA }));
    const verify = new aws.VerifyCommand({ KeyId: signs.KeyId, ...ECDSA, Signature });
    const { CiphertextBlob } = await client.send(new aws.EncryptCommand({ KeyId: encrypts.KeyId, Plaintext, ...SHA_256 }));
    const open = new aws.DecryptCommand({ KeyId: encrypts.KeyId, CiphertextBlob, ...SHA_256 });
    for (const { KeyId } of [signs, encrypts]) await client.send(new aws.DisableKeyCommand({ KeyId }));
    for (const command of [
      new aws.SignCommand({ KeyId: signs.KeyId, ...ECDSA }),
      verify,
      new aws.GetPublicKeyCommand({ KeyId: signs.KeyId }),
      new aws.EncryptCommand({ KeyId: encrypts.KeyId, Plaintext, ...SHA_256 }),
      open,
    ]) {
      await fails("DisabledException", command);
    }
    for (const { KeyId } of [signs, encrypts]) await client.send(new aws.EnableKeyCommand({ KeyId }));
    assert.equal((await client.send(verify)).SignatureValid, true);
    assert.deepEqual((await client.send(open)).Plaintext, Plaintext);
  });
});
