// SPDX-License-Identifier: Apache-2.0

/** `PublicKey` against node:crypto, which makes the keys and signatures and opens the ciphertexts. */

import assert from "node:assert/strict";
import { constants, generateKeyPairSync, privateDecrypt, sign } from "node:crypto";
import { describe, test } from "node:test";
import { PublicKey } from "edgekms";
import { element, p1363Signature, SEQUENCE } from "../../pkg/dist/kms/der.js";
import { concatBytes, patternedBytes, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { throwsWithCode } from "./lib/throws.mjs";
import { fromHex } from "./lib/vectors.mjs";

const MESSAGE = utf8("a message");

const rsa = (modulusLength) => generateKeyPairSync("rsa", { modulusLength });
const ec = (namedCurve) => generateKeyPairSync("ec", { namedCurve });
const PAIRS = { RSA_2048: rsa(2048), RSA_3072: rsa(3072), EC_P256: ec("P-256"), EC_P384: ec("P-384") };
const RSA = ["RSA_2048", "RSA_3072"];
const pss = (saltLength) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

/** Alibaba's name, AWS's name, the keys that have it, and what node:crypto calls it. */
const ALGORITHMS = [
  ["RSA_PSS_SHA_256", "RSASSA_PSS_SHA_256", RSA, "sha256", pss(32)],
  ["RSA_PSS_SHA_384", "RSASSA_PSS_SHA_384", RSA, "sha384", pss(48)],
  ["RSA_PSS_SHA_512", "RSASSA_PSS_SHA_512", RSA, "sha512", pss(64)],
  ["RSA_PKCS1_SHA_256", "RSASSA_PKCS1_V1_5_SHA_256", RSA, "sha256", {}],
  ["RSA_PKCS1_SHA_384", "RSASSA_PKCS1_V1_5_SHA_384", RSA, "sha384", {}],
  ["RSA_PKCS1_SHA_512", "RSASSA_PKCS1_V1_5_SHA_512", RSA, "sha512", {}],
  ["ECDSA_SHA_256", "ECDSA_SHA_256", ["EC_P256"], "sha256", {}],
  ["ECDSA_SHA_384", "ECDSA_SHA_384", ["EC_P384"], "sha384", {}],
];

const pemOf = (spec) => PAIRS[spec].publicKey.export({ type: "spki", format: "pem" });
const derOf = (spec) => new Uint8Array(PAIRS[spec].publicKey.export({ type: "spki", format: "der" }));
const keyOf = (spec) => PublicKey.fromPem(pemOf(spec));
const signed = (spec, hash, parameters) =>
  new Uint8Array(sign(hash, MESSAGE, { key: PAIRS[spec].privateKey, ...parameters }));
const flipped = (bytes, bit) => bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

describe("a signature", () => {
  for (const [aliyun, aws, specs, hash, parameters] of ALGORITHMS) {
    for (const spec of specs) {
      test(`of ${spec} by ${aliyun} is good in either cloud's words, and changed in any way it is not`, async () => {
        const key = keyOf(spec);
        const signature = signed(spec, hash, parameters);
        const isGood = (bytes, message = MESSAGE, algorithm = aliyun) => key.verify(message, bytes, { algorithm });
        assert.equal(await isGood(signature), true);
        assert.equal(await isGood(signature, MESSAGE, aws), true);
        assert.equal(await isGood(Buffer.from(signature), Buffer.from(MESSAGE)), true);
        assert.equal(await isGood(signature, utf8("another message")), false);
        // Every bit of ECDSA's, whose form can be broken too; of RSA's, one in each byte.
        for (let bit = 0; bit < signature.length * 8; bit += spec.startsWith("RSA") ? 9 : 1) {
          assert.equal(await isGood(flipped(signature, bit)), false, `bit ${bit}`);
        }
        for (let length = 0; length < signature.length; length += 1) {
          assert.equal(await isGood(signature.slice(0, length)), false, `${length} bytes`);
        }
        for (const zeros of [[signature, new Uint8Array(1)], [new Uint8Array(1), signature], [new Uint8Array(signature.length)]]) {
          assert.equal(await isGood(concatBytes(zeros)), false);
        }
        for (const [other, , others] of ALGORITHMS) {
          if (other === aliyun) continue;
          if (others === specs) {
            assert.equal(await isGood(signature, MESSAGE, other), false, other);
          } else {
            const error = await rejectsWithCode(isGood(signature, MESSAGE, other), "InvalidArgument", other);
            assert.match(error.message, new RegExp(`^algorithm ${other} needs a key of`));
          }
        }
      });
    }
  }

  test("of another key is not good", async () => {
    const { publicKey } = ec("P-256");
    const other = PublicKey.fromDer(publicKey.export({ type: "spki", format: "der" }));
    assert.equal(await other.verify(MESSAGE, signed("EC_P256", "sha256"), { algorithm: "ECDSA_SHA_256" }), false);
  });

  test("by PSS has a salt as long as the digest", async () => {
    for (const salt of [0, 20, 31, 33]) {
      const signature = signed("RSA_2048", "sha256", pss(salt));
      assert.equal(await keyOf("RSA_2048").verify(MESSAGE, signature, { algorithm: "RSA_PSS_SHA_256" }), false);
    }
  });
});

describe("an ECDSA signature's DER", () => {
  const ORDER = fromHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const tagged = (tag, ...content) => {
    const bytes = content.flatMap((part) => [...part]);
    return [tag, bytes.length, ...bytes];
  };
  const integer = (...content) => tagged(0x02, ...content);
  const sequence = (...content) => tagged(SEQUENCE, ...content);
  /** A signature both of whose numbers have a first bit of 1, so that DER puts a zero before each. */
  function withHighBits() {
    for (;;) {
      const signature = signed("EC_P256", "sha256");
      if (signature[3] === 33 && signature[4 + 33 + 1] === 33) return signature;
    }
  }
  const good = withHighBits();
  const r = good.slice(4, 37);
  const s = good.slice(39, 72);
  const zero = [0];

  const verdict = (bytes) => keyOf("EC_P256").verify(MESSAGE, Uint8Array.from(bytes), { algorithm: "ECDSA_SHA_256" });

  test("is read as the two numbers", async () => {
    assert.deepEqual(Uint8Array.from(sequence(integer(r), integer(s))), good, "the helpers write DER");
    assert.deepEqual(p1363Signature(good, 32), concatBytes([r.slice(1), s.slice(1)]));
    assert.equal(await verdict(good), true);
    const small = Uint8Array.from(sequence(integer([1]), integer([0x7f, 0xff])));
    const padded = concatBytes([new Uint8Array(31), [1], new Uint8Array(30), [0x7f, 0xff]].map((part) => Uint8Array.from(part)));
    assert.deepEqual(p1363Signature(small, 32), padded);
  });

  const content = [...integer(r), ...integer(s)];
  for (const [what, bytes] of Object.entries({
    "with a zero too many before r": sequence(integer(zero, r), integer(s)),
    "with a zero too many before s": sequence(integer(r), integer(zero, s)),
    "with a zero before a small number": sequence(integer([0, 1]), integer(s)),
    "with a negative r": sequence(integer(r.slice(1)), integer(s)),
    "with a negative s": sequence(integer(r), integer(s.slice(1))),
    "with an empty r": sequence(integer(), integer(s)),
    "with an empty s": sequence(integer(r), integer()),
    "with r alone": sequence(integer(r)),
    "with a third number": sequence(integer(r), integer(s), integer([1])),
    "with NULL after the numbers": sequence(integer(r), integer(s), [5, 0]),
    "with a byte after the end": [...good, 0],
    "with the length in more octets than it needs": [0x30, 0x81, content.length, ...content],
    "with the length in two octets": [0x30, 0x82, 0, content.length, ...content],
    "with the length in five octets": [0x30, 0x85, 0, 0, 0, 0, content.length, ...content],
    "with r's length in more octets than it needs": sequence([0x02, 0x81, r.length], r, integer(s)),
    "with an indefinite length": [0x30, 0x80, ...content, 0, 0],
    "with a length of 255 octets": [0x30, 0xff, ...content],
    "with a sequence longer than the bytes": [0x30, content.length + 1, ...content],
    "with a sequence shorter than its numbers": [0x30, content.length - 1, ...content],
    "with an s longer than the sequence": [0x30, content.length, ...integer(r), 0x02, s.length + 1, ...s],
    "with a SET for the SEQUENCE": tagged(0x31, content),
    "with a primitive SEQUENCE": tagged(0x10, content),
    "with an OCTET STRING for a number": sequence(tagged(0x04, r), integer(s)),
    "with a number of 33 bytes": sequence(integer([1], r.slice(1)), integer(s)),
    "that is r||s": [...r.slice(1), ...s.slice(1)],
    "that is a tag alone": [0x30],
    "that is an empty SEQUENCE": [0x30, 0],
    "that is empty": [],
  })) {
    test(`${what} is none`, async () => {
      assert.equal(p1363Signature(Uint8Array.from(bytes), 32), undefined);
      assert.equal(await verdict(bytes), false);
    });
  }

  test("has each length in one way", () => {
    const content = new Uint8Array(65_536);
    const read = (octets, bytes = content) => element(concatBytes([Uint8Array.of(SEQUENCE, ...octets), bytes]), SEQUENCE);
    for (const [length, ...octets] of [
      [0, 0],
      [127, 0x7f],
      [128, 0x81, 0x80],
      [255, 0x81, 0xff],
      [256, 0x82, 1, 0],
      [65_535, 0x82, 0xff, 0xff],
    ]) {
      const found = read(octets);
      assert.deepEqual([found.content.length, found.rest.length], [length, content.length - length]);
      if (length > 0) assert.ok(read(octets, content.subarray(1, length)) === undefined, `${length} are not there`);
    }
    for (const octets of [[0x80], [0x81, 0], [0x81, 0x7f], [0x82, 0, 0xff], [0x83, 0, 1, 0], [0x83, 1, 0, 0], [0xff]]) {
      assert.ok(read(octets) === undefined, String(octets));
    }
  });

  test("whose numbers are not from 1 to the curve's order is not good", async () => {
    const numbers = [zero, [0, ...ORDER], [0, ...new Uint8Array(32).fill(255)]];
    for (const number of numbers) {
      for (const pair of [[number, s], [r, number], ...numbers.map((other) => [number, other])]) {
        const bytes = sequence(...pair.map((one) => integer(one)));
        assert.notEqual(p1363Signature(Uint8Array.from(bytes), 32), undefined, "it is DER");
        assert.equal(await verdict(bytes), false);
      }
    }
  });
});

describe("encrypting", () => {
  const PADDINGS = [["RSAES_OAEP_SHA_256", "sha256", 66], ["RSAES_OAEP_SHA_1", "sha1", 42]];
  for (const spec of RSA) {
    for (const [algorithm, oaepHash, overhead] of PADDINGS) {
      test(`under ${spec} by ${algorithm}, from nothing to the longest plaintext`, async () => {
        const { privateKey } = PAIRS[spec];
        const bytes = privateKey.asymmetricKeyDetails.modulusLength / 8;
        const longest = bytes - overhead;
        const padding = constants.RSA_PKCS1_OAEP_PADDING;
        for (const length of [0, 1, longest]) {
          const plaintext = patternedBytes(length);
          const ciphertext = await keyOf(spec).encrypt(plaintext, { algorithm });
          assert.equal(ciphertext.length, bytes);
          const opened = privateDecrypt({ key: privateKey, padding, oaepHash }, ciphertext);
          assert.deepEqual(new Uint8Array(opened), plaintext);
        }
        const tooLong = keyOf(spec).encrypt(patternedBytes(longest + 1), { algorithm });
        const { message } = await rejectsWithCode(tooLong, "InvalidArgument");
        assert.match(message, new RegExp(`^plaintext .* ${longest} bytes`));
      });
    }
  }

  test("is by RSAES_OAEP_SHA_256 if nothing is said", async () => {
    const ciphertext = await keyOf("RSA_2048").encrypt(MESSAGE);
    const key = { key: PAIRS.RSA_2048.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
    assert.deepEqual(new Uint8Array(privateDecrypt(key, ciphertext)), MESSAGE);
  });

  test("needs an RSA key and an algorithm that encrypts", async () => {
    await rejectsWithCode(keyOf("EC_P256").encrypt(MESSAGE), "InvalidArgument");
    for (const algorithm of ["RSA_PSS_SHA_256", "RSAES_OAEP_SHA_512", "toString", 1]) {
      await rejectsWithCode(keyOf("RSA_2048").encrypt(MESSAGE, { algorithm }), "InvalidArgument", algorithm);
    }
    await rejectsWithCode(keyOf("RSA_2048").encrypt("text"), "InvalidArgument");
  });
});

describe("a public key", () => {
  test("has the form it was given, in PEM and DER, and a copy of it", () => {
    for (const spec of Object.keys(PAIRS)) {
      const der = derOf(spec);
      const fromDer = PublicKey.fromDer(der, { keyId: "k", keyVersionId: "v" });
      for (const key of [PublicKey.fromPem(pemOf(spec)), fromDer]) {
        assert.equal(key.pem, pemOf(spec));
        assert.deepEqual(key.der, derOf(spec));
      }
      assert.deepEqual([fromDer.keyId, fromDer.keyVersionId], ["k", "v"]);
      der.fill(0);
      fromDer.der.fill(0);
      assert.deepEqual(fromDer.der, derOf(spec));
    }
  });

  test("is taken with Windows's line ends, and with text around it", async () => {
    const pem = `Subject: someone\r\n${pemOf("EC_P384").replaceAll("\n", "\r\n")}\r\n`;
    const signature = signed("EC_P384", "sha384");
    assert.equal(await PublicKey.fromPem(pem).verify(MESSAGE, signature, { algorithm: "ECDSA_SHA_384" }), true);
  });

  test("of another kind or form is refused at once", () => {
    const exported = (pair, format = "der", type = "spki") => pair.publicKey.export({ type, format });
    const der = derOf("EC_P256");
    for (const bad of [
      exported(ec("P-521")),
      exported(ec("secp256k1")),
      exported(generateKeyPairSync("ed25519")),
      exported(generateKeyPairSync("rsa-pss", { modulusLength: 2048 })),
      exported(PAIRS.RSA_2048, "der", "pkcs1"),
      concatBytes([der, new Uint8Array(1)]),
      der.slice(0, -1),
      new Uint8Array(0),
      new Uint8Array(100),
      "text",
      undefined,
    ]) {
      throwsWithCode(() => PublicKey.fromDer(bad), "InvalidArgument", String(bad));
    }
    const privateKey = PAIRS.RSA_2048.privateKey.export({ type: "pkcs8", format: "pem" });
    for (const bad of [privateKey, exported(PAIRS.RSA_2048, "pem", "pkcs1"), "", undefined]) {
      throwsWithCode(() => PublicKey.fromPem(bad), "InvalidArgument", String(bad));
    }
  });

  test("that is damaged is an error, not a bad signature", async () => {
    const point = derOf("EC_P256");
    point[point.length - 1] ^= 1;
    const verifying = PublicKey.fromDer(point).verify(MESSAGE, signed("EC_P256", "sha256"), { algorithm: "ECDSA_SHA_256" });
    await rejectsWithCode(verifying, "InvalidArgument");
  });

  test("is told which algorithm, and takes bytes", async () => {
    const key = keyOf("EC_P256");
    const signature = signed("EC_P256", "sha256");
    for (const options of [undefined, {}, { algorithm: "ECDSA" }, { algorithm: "toString" }]) {
      await rejectsWithCode(key.verify(MESSAGE, signature, options), "InvalidArgument");
    }
    const options = { algorithm: "ECDSA_SHA_256" };
    await rejectsWithCode(key.verify("a message", signature, options), "InvalidArgument");
    await rejectsWithCode(key.verify(MESSAGE, "MEUC", options), "InvalidArgument");
  });
});
