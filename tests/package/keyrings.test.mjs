// SPDX-License-Identifier: Apache-2.0

/** RSA keyrings through the host: WebCrypto and PEM keys, foreign vectors, missing halves. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { constants, publicEncrypt, webcrypto } from "node:crypto";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { inspect as print, promisify } from "node:util";
import { Envelope, inspect, multiKeyring, rawAesKeyring, rawRsaKeyring } from "edgekms";
import { rsaPort } from "../../pkg/dist/keyring/rsa.js";
import { patternedBytes, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { rsaKeyPair } from "../lib/rsa.mjs";
import { ZEROS } from "../packaging/fixtures/scenario.mjs";
import { throwsWithCode } from "./lib/throws.mjs";
import { fromHex, vectors } from "./lib/vectors.mjs";

const PADDINGS = {
  "oaep-sha1": "SHA-1",
  "oaep-sha256": "SHA-256",
  "oaep-sha384": "SHA-384",
  "oaep-sha512": "SHA-512",
};
const pem = rsaKeyPair();
const named = { namespace: "tests", name: "rsa" };

describe("raw RSA", () => {
  for (const [padding, hash] of Object.entries(PADDINGS)) {
    test(`${padding}: seals with the public half, opens with the private one, PEM or CryptoKey`, async () => {
      const algorithm = { name: "RSA-OAEP", hash, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
      const keys = await webcrypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
      for (const { publicKey, privateKey } of [pem, keys]) {
        const sealing = new Envelope({ keyring: rawRsaKeyring({ ...named, padding, publicKey }) });
        const opening = new Envelope({ keyring: rawRsaKeyring({ ...named, padding, privateKey }) });
        const { plaintext } = await opening.decrypt(await sealing.encrypt("x"));
        assert.deepEqual(plaintext, utf8("x"));
      }
    });

    test(`${padding}: Wycheproof's vectors`, async () => {
      let valid = 0;
      for (const vector of vectors("rsa-oaep").filter(({ sha }) => sha === hash)) {
        const der = Buffer.from(vector.privateKeyPkcs8, "hex").toString("base64");
        const privateKey = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`;
        const opening = rsaPort({ padding, privateKey }).decrypt(fromHex(vector.ct));
        const what = `tcId ${vector.tcId}: ${vector.comment}`;
        if (vector.result === "invalid") {
          await assert.rejects(opening, what);
        } else {
          assert.deepEqual(await opening, fromHex(vector.msg), what);
          valid += 1;
        }
      }
      assert.ok(valid > 0);
    });
  }

  test("opens where the runtime loses the zeros that a data key begins with, as WebKitGTK does", async (t) => {
    const { subtle } = globalThis.crypto;
    const { decrypt } = subtle;
    let lose = (bytes) => bytes.subarray(bytes.findIndex((byte) => byte !== 0));
    t.mock.method(subtle, "decrypt", async function (...given) {
      return lose(new Uint8Array(await decrypt.apply(this, given))).slice().buffer;
    });
    const keyring = rawRsaKeyring({ ...ZEROS.names, privateKey: ZEROS.privateKey });
    const envelope = new Envelope({ keyring, engine: "node" });
    const { plaintext } = await envelope.decrypt(ZEROS.message);
    assert.deepEqual(plaintext, utf8(ZEROS.plaintext));

    // What is too short for that is refused as it was, and another key is not taken for this one.
    lose = (bytes) => bytes.subarray(5);
    const short = await rejectsWithCode(envelope.decrypt(ZEROS.message), "NoDataKey");
    assert.match(short.message, /unwraps to a key of 27 bytes, the message needs 32/);
    lose = (bytes) => bytes.subarray(3);
    await rejectsWithCode(envelope.decrypt(ZEROS.message), "HeaderNotAuthentic");
  });

  test("pkcs1 opens what OpenSSL wrapped, in Node", async () => {
    const dataKey = patternedBytes(32);
    const wrapped = publicEncrypt({ key: pem.publicKey, padding: constants.RSA_PKCS1_PADDING }, dataKey);
    const port = rsaPort({ padding: "pkcs1", privateKey: pem.privateKey });
    assert.deepEqual(await port.decrypt(wrapped), dataKey);
  });

  test("pkcs1 in Node 20, whose OpenSSL cannot do it safely: EngineUnavailable, with what to do", async () => {
    const node20 = dirname(createRequire(import.meta.url).resolve("node20/package.json"));
    const module = new URL("../../pkg/dist/engine/node-rsa.js", import.meta.url);
    const program = `
      import { decryptPkcs1 } from ${JSON.stringify(module.href)};
      try { decryptPkcs1(${JSON.stringify(pem.privateKey)}, new Uint8Array(256)); }
      catch ({ code, message }) { console.log(code, message); }`;
    const arguments_ = ["--input-type=module", "--eval", program];
    const { stdout } = await promisify(execFile)(join(node20, "bin", "node"), arguments_);
    assert.match(stdout, /^EngineUnavailable .*Node 24/);
  });

  test("pkcs1 seals nothing", async () => {
    const keyring = rawRsaKeyring({ ...named, padding: "pkcs1", publicKey: pem.publicKey });
    await rejectsWithCode(new Envelope({ keyring }).encrypt("x"), "InvalidArgument");
  });

  test("a half that is missing is named when it is needed", async () => {
    const padding = "oaep-sha256";
    const publicOnly = new Envelope({ keyring: rawRsaKeyring({ ...named, padding, publicKey: pem.publicKey }) });
    const privateOnly = new Envelope({ keyring: rawRsaKeyring({ ...named, padding, privateKey: pem.privateKey }) });
    const error = await rejectsWithCode(privateOnly.encrypt("x"), "InvalidArgument");
    assert.match(error.message, /publicKey/);
    const closed = await rejectsWithCode(publicOnly.decrypt(await publicOnly.encrypt("x")), "NoDataKey");
    assert.match(closed.message, /privateKey/);
  });

  test("keys of another form or hash are refused", async () => {
    throwsWithCode(() => rawRsaKeyring({ ...named, padding: "oaep-md5" }), "InvalidArgument");
    const seal = (publicKey) =>
      new Envelope({ keyring: rawRsaKeyring({ ...named, padding: "oaep-sha256", publicKey }) }).encrypt("x");
    await rejectsWithCode(seal("not PEM"), "InvalidArgument");
    await rejectsWithCode(seal(pem.privateKey), "InvalidArgument");
    await rejectsWithCode(seal("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), "InvalidArgument");
    const algorithm = { name: "RSA-OAEP", hash: "SHA-1", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
    const other = await webcrypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
    await rejectsWithCode(seal(other.publicKey), "InvalidArgument");
  });

  test("no error shows a private key", async () => {
    const broken = pem.privateKey.replace(/\n.{10}/, "\n!!!!!!!!!!");
    const keyring = rawRsaKeyring({ ...named, padding: "oaep-sha256", publicKey: pem.publicKey, privateKey: broken });
    const envelope = new Envelope({ keyring });
    const error = await rejectsWithCode(envelope.decrypt(await envelope.encrypt("x")), "NoDataKey");
    const shown = `${error.stack}${JSON.stringify(error)}${print(error, { depth: 20, showHidden: true })}`;
    for (const line of broken.split("\n").slice(1, -2)) assert.ok(!shown.includes(line));
  });
});

test("a message for AES and RSA is opened by either", async () => {
  const padding = "oaep-sha512";
  const aes = rawAesKeyring({ namespace: "tests", name: "aes", wrappingKey: patternedBytes(16) });
  const rsa = rawRsaKeyring({ ...named, padding, ...pem });
  const message = await new Envelope({ keyring: multiKeyring({ generator: aes, children: [rsa] }) }).encrypt("x");
  assert.equal((await inspect(message)).encryptedDataKeys.length, 2);
  for (const keyring of [aes, rsa, multiKeyring({ children: [rsa, aes] })]) {
    assert.deepEqual((await new Envelope({ keyring }).decrypt(message)).plaintext, utf8("x"));
  }
});

for (const length of [16, 24, 32]) {
  test(`raw AES with a wrapping key of ${length} bytes`, async () => {
    const keyring = rawAesKeyring({ namespace: "tests", name: "aes", wrappingKey: patternedBytes(length) });
    const envelope = new Envelope({ keyring });
    assert.deepEqual((await envelope.decrypt(await envelope.encrypt("x"))).plaintext, utf8("x"));
  });
}
