// SPDX-License-Identifier: Apache-2.0

/**
 * How data keys are wrapped, against `@aws-crypto/client-node`: raw AES with each wrapping key
 * length, raw RSA with each padding, and several wrapping keys in one message.
 */

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { describe, test } from "node:test";
import { Envelope, inspect, multiKeyring, rawAesKeyring, rawRsaKeyring } from "edgekms";
import { SUITES, awsMulti, awsOpen, awsRawAes, awsRawRsa, awsSeal, suiteLabel } from "../lib/aws-esdk.mjs";
import { patternedBytes } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { rsaKeyPair } from "../lib/rsa.mjs";

const PLAINTEXT = patternedBytes(1000, 5);
const CONTEXT = { album: "42", "gr\u00f6\u00dfe": "\u{1F4F7}" };
const OAEP_PADDINGS = ["oaep-sha1", "oaep-sha256", "oaep-sha384", "oaep-sha512"];
const READ_ALL = { commitmentPolicy: "require-encrypt-allow-decrypt" };

const { publicKey, privateKey } = rsaKeyPair();

/** @param {unknown} keyring */
function seal(keyring) {
  return new Envelope({ keyring }).encrypt(PLAINTEXT, { encryptionContext: CONTEXT });
}

/** @param {unknown} keyring @param {Uint8Array} message */
async function assertOpens(keyring, message) {
  const opened = await new Envelope({ keyring, ...READ_ALL }).decrypt(message, { encryptionContext: CONTEXT });
  assert.deepEqual(opened.plaintext, PLAINTEXT);
}

/** @param {unknown} keyring @param {Uint8Array} message */
async function assertTheyOpen(keyring, message) {
  assert.deepEqual((await awsOpen(keyring, message, 0x0478)).plaintext, PLAINTEXT);
}

describe("raw AES", () => {
  for (const length of [16, 24, 32]) {
    const key = { namespace: "aes", name: `key of ${length * 8} bits`, wrappingKey: patternedBytes(length, length) };

    for (const suite of SUITES) {
      test(`wrapping ${length * 8}: client-node seals ${suiteLabel(suite.id)}, edgekms opens`, async () => {
        await assertOpens(
          rawAesKeyring(key),
          await awsSeal(awsRawAes(key), PLAINTEXT, { suiteId: suite.id, encryptionContext: CONTEXT }),
        );
      });
    }

    test(`wrapping ${length * 8}: edgekms seals, client-node opens`, async () => {
      await assertTheyOpen(awsRawAes(key), await seal(rawAesKeyring(key)));
    });
  }

  test("a name that is the beginning of another name is another key", async () => {
    const wrappingKey = patternedBytes(32);
    const message = await awsSeal(awsRawAes({ namespace: "n", name: "key-12", wrappingKey }), PLAINTEXT, { suiteId: 0x0478 });
    const envelope = new Envelope({ keyring: rawAesKeyring({ namespace: "n", name: "key-1", wrappingKey }) });
    await rejectsWithCode(envelope.decrypt(message), "NoDataKey");
  });
});

describe("raw RSA", () => {
  for (const padding of OAEP_PADDINGS) {
    const key = { namespace: "rsa", name: padding, padding };

    for (const suiteId of [0x0114, 0x0146, 0x0178, 0x0478, 0x0578]) {
      test(`${padding}: client-node seals ${suiteLabel(suiteId)}, edgekms opens`, async () => {
        await assertOpens(
          rawRsaKeyring({ ...key, privateKey }),
          await awsSeal(awsRawRsa({ ...key, publicKey }), PLAINTEXT, { suiteId, encryptionContext: CONTEXT }),
        );
      });
    }

    test(`${padding}: edgekms seals with the public half, client-node opens`, async () => {
      await assertTheyOpen(awsRawRsa({ ...key, privateKey }), await seal(rawRsaKeyring({ ...key, publicKey })));
    });

    test(`${padding}: the same with CryptoKeys`, async () => {
      const imported = await importCryptoKeys(padding);
      await assertTheyOpen(
        awsRawRsa({ ...key, privateKey }),
        await seal(rawRsaKeyring({ ...key, publicKey: imported.publicKey })),
      );
      await assertOpens(
        rawRsaKeyring({ ...key, privateKey: imported.privateKey }),
        await awsSeal(awsRawRsa({ ...key, publicKey }), PLAINTEXT, { suiteId: 0x0478, encryptionContext: CONTEXT }),
      );
    });

    test(`${padding}: another padding under the same name opens nothing`, async () => {
      const other = OAEP_PADDINGS[(OAEP_PADDINGS.indexOf(padding) + 1) % OAEP_PADDINGS.length];
      const message = await awsSeal(awsRawRsa({ ...key, publicKey }), PLAINTEXT, { suiteId: 0x0478 });
      const envelope = new Envelope({ keyring: rawRsaKeyring({ ...key, padding: other, privateKey }) });
      await rejectsWithCode(envelope.decrypt(message), "NoDataKey");
    });
  }

  test("pkcs1: client-node seals, edgekms reads", async () => {
    const key = { namespace: "rsa", name: "old", padding: "pkcs1" };
    await assertOpens(
      rawRsaKeyring({ ...key, privateKey }),
      await awsSeal(awsRawRsa({ ...key, publicKey }), PLAINTEXT, { suiteId: 0x0478, encryptionContext: CONTEXT }),
    );
  });

  test("pkcs1: edgekms does not write it", async () => {
    // Refused where the keyring is made or where it first seals; never a message.
    const attempt = async () => seal(rawRsaKeyring({ namespace: "rsa", name: "old", padding: "pkcs1", publicKey, privateKey }));
    await rejectsWithCode(attempt(), "InvalidArgument");
  });

  test("a keyring with only the public half opens nothing, and one with only the private half seals nothing", async () => {
    const key = { namespace: "rsa", name: "halves", padding: "oaep-sha256" };
    const message = await seal(rawRsaKeyring({ ...key, publicKey }));
    await rejectsWithCode(new Envelope({ keyring: rawRsaKeyring({ ...key, publicKey }) }).decrypt(message), "NoDataKey");
    await rejectsWithCode(seal(rawRsaKeyring({ ...key, privateKey })), "InvalidArgument");
  });

  async function importCryptoKeys(padding) {
    const algorithm = { name: "RSA-OAEP", hash: padding.replace("oaep-sha", "SHA-") };
    const der = (pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
    return {
      publicKey: await webcrypto.subtle.importKey("spki", der(publicKey), algorithm, true, ["encrypt"]),
      privateKey: await webcrypto.subtle.importKey("pkcs8", der(privateKey), algorithm, false, ["decrypt"]),
    };
  }
});

describe("several encrypted data keys in one message", () => {
  const aes = { namespace: "team", name: "aes", wrappingKey: patternedBytes(32, 21) };
  const backup = { namespace: "team", name: "backup", wrappingKey: patternedBytes(16, 22) };
  // The right names over the wrong bytes: it recognises the data key and cannot unwrap it.
  const impostor = { ...aes, wrappingKey: patternedBytes(32, 99) };
  const rsa = { namespace: "team", name: "rsa", padding: "oaep-sha256" };

  const theirs = () =>
    awsMulti({ generator: awsRawAes(aes), children: [awsRawRsa({ ...rsa, publicKey }), awsRawAes(backup)] });
  const ours = () =>
    multiKeyring({
      generator: rawAesKeyring(aes),
      children: [rawRsaKeyring({ ...rsa, publicKey }), rawAesKeyring(backup)],
    });

  for (const suiteId of [0x0178, 0x0478, 0x0578]) {
    test(`client-node seals ${suiteLabel(suiteId)} under three keys, edgekms opens with any one of them`, async () => {
      const message = await awsSeal(theirs(), PLAINTEXT, { suiteId, encryptionContext: CONTEXT });
      for (const keyring of [rawAesKeyring(aes), rawRsaKeyring({ ...rsa, privateKey }), rawAesKeyring(backup)]) {
        await assertOpens(keyring, message);
      }
    });
  }

  test("edgekms seals under three keys, client-node opens with any one of them", async () => {
    const message = await seal(ours());
    assert.deepEqual(
      (await inspect(message)).encryptedDataKeys.map((key) => key.providerId),
      ["team", "team", "team"],
    );
    for (const keyring of [awsRawAes(aes), awsRawRsa({ ...rsa, privateKey }), awsRawAes(backup)]) {
      await assertTheyOpen(keyring, message);
    }
  });

  test("a keyring that fails is passed over for one that works", async () => {
    const message = await awsSeal(theirs(), PLAINTEXT, { suiteId: 0x0478, encryptionContext: CONTEXT });
    await assertOpens(multiKeyring({ children: [rawAesKeyring(impostor), rawAesKeyring(backup)] }), message);
    await rejectsWithCode(new Envelope({ keyring: rawAesKeyring(impostor) }).decrypt(message), "NoDataKey");
  });

  test("a cap of two refuses three before any key is tried, a cap of three takes them", async () => {
    const message = await awsSeal(theirs(), PLAINTEXT, { suiteId: 0x0478, encryptionContext: CONTEXT });
    const capped = (maxEncryptedDataKeys) => new Envelope({ keyring: rawAesKeyring(aes), maxEncryptedDataKeys });
    await rejectsWithCode(capped(2).decrypt(message), "TooManyEncryptedDataKeys");
    assert.deepEqual((await capped(3).decrypt(message)).plaintext, PLAINTEXT);
  });
});
