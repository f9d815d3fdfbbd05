// SPDX-License-Identifier: Apache-2.0

/** Asymmetric keys of a running worker, called with requests signed by the tests themselves, in both dialects. */

import assert from "node:assert/strict";
import { constants, publicEncrypt, verify } from "node:crypto";
import { awsRequest } from "./signed-aws.mjs";
import { acs3Request, send } from "./signed-request.mjs";

const RSA_SIGNING = ["PSS", "PKCS1"].flatMap((scheme) => [256, 384, 512].map((bits) => `RSA_${scheme}_SHA_${bits}`));
/** What signs: the key's spec with Alibaba and with AWS, what OpenSSL says of such a key, and its algorithms. */
export const SIGNING = [
  { spec: "RSA_2048", awsSpec: "RSA_2048", described: /Public-Key: \(2048 bit\)/, algorithms: RSA_SIGNING },
  { spec: "RSA_3072", awsSpec: "RSA_3072", described: /Public-Key: \(3072 bit\)/, algorithms: RSA_SIGNING },
  { spec: "RSA_4096", awsSpec: "RSA_4096", described: /Public-Key: \(4096 bit\)/, algorithms: RSA_SIGNING },
  { spec: "EC_P256", awsSpec: "ECC_NIST_P256", described: /NIST CURVE: P-256/, algorithms: ["ECDSA_SHA_256"] },
  { spec: "EC_P384", awsSpec: "ECC_NIST_P384", described: /NIST CURVE: P-384/, algorithms: ["ECDSA_SHA_384"] },
  { spec: "ECC_NIST_P521", awsSpec: "ECC_NIST_P521", described: /NIST CURVE: P-521/, algorithms: ["ECDSA_SHA_512"] },
  { spec: "EC_P256K", awsSpec: "ECC_SECG_P256K1", described: /ASN1 OID: secp256k1/, algorithms: ["ECDSA_SHA_256"] },
];

/** Settings of a worker that makes every kind of key. */
export const EVERY_KIND = { UNAUDITED_KEY_SPECS: "EC_SM2,ECC_NIST_P521,ML_DSA_44,ML_DSA_65,ML_DSA_87,Aliyun_SM4,HMAC_SM3" };

/** Bytes of a digest by the hash of a signing algorithm, and that hash's name for `createHash`. */
export function hashOf(algorithm) {
  const bits = Number(/SHA_(\d+)$/.exec(algorithm)[1]);
  return { name: `sha${bits}`, length: bits / 8 };
}

/** AWS's name of a signing algorithm. */
export const awsName = (algorithm) =>
  algorithm.replace(/^RSA_PSS/, "RSASSA_PSS").replace(/^RSA_PKCS1/, "RSASSA_PKCS1_V1_5");

/**
 * Whether Node's own cryptography takes it for a signature of the message.
 *
 * @param {import("node:crypto").KeyLike} key
 * @param {string} algorithm with Alibaba
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 */
export function verifiedByNode(key, algorithm, message, signature) {
  const options = {
    ECDSA: { dsaEncoding: "der" },
    RSA_PKCS1: { padding: constants.RSA_PKCS1_PADDING },
    RSA_PSS: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  }[algorithm.replace(/_SHA_\d+$/, "")];
  return verify(hashOf(algorithm).name, message, { key, ...options }, signature);
}

/** A plaintext, encrypted by Node's own cryptography. */
export function encryptedByNode(key, algorithm, plaintext) {
  const oaepHash = { RSAES_OAEP_SHA_256: "sha256", RSAES_OAEP_SHA_1: "sha1" }[algorithm];
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, plaintext);
}

/** The bytes with one bit of one of them the other way round; from the end, if `at` is below 0. */
export function flipped(bytes, at) {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at] ^= 1;
  return copy;
}

/**
 * A new key, and calls that name it.
 *
 * @param {Awaited<ReturnType<typeof import("./worker.mjs").startWorker>>} worker
 * @param {string} spec
 * @param {"SIGN/VERIFY" | "ENCRYPT/DECRYPT"} usage
 */
export async function newPair(worker, spec, usage) {
  const acs3 = (action, params) =>
    send(worker.address, acs3Request(worker.credentials, worker.host, action, Object.entries(params), { form: true }));
  const created = await succeeds(acs3("CreateKey", { KeySpec: spec, KeyUsage: usage }));
  const { KeyId } = created.KeyMetadata;
  const { KeyVersions } = await succeeds(acs3("ListKeyVersions", { KeyId }));
  const [{ KeyVersionId }] = KeyVersions.KeyVersion;
  const pair = {
    keyId: KeyId,
    /** Alibaba's dialect: the whole answer, whatever it is. */
    alibabaAnswer: (action, params = {}) => acs3(action, { KeyId, KeyVersionId, ...params }),
    /** AWS's. */
    awsAnswer: (action, input = {}) => send(worker.address, awsRequest(worker, action, { KeyId, ...input })),
    /** What a call that must succeed says. */
    alibaba: (action, params) => succeeds(pair.alibabaAnswer(action, params)),
    aws: (action, input) => succeeds(pair.awsAnswer(action, input)),
  };
  return pair;
}

async function succeeds(answer) {
  const { status, json, text } = await answer;
  assert.equal(status, 200, text);
  return json;
}

const ORDERS = {
  EC_P256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  EC_P384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ECC_NIST_P521: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  EC_P256K: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
};

function integerDer(value) {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
  return bytes[0] < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]);
}

/** A sequence of two integers, each given as its content. */
function pairDer(r, s) {
  const content = Buffer.concat([r, s].map((bytes) => Buffer.concat([Buffer.from([0x02, bytes.length]), bytes])));
  // From 128 bytes on the length is in the long form.
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), content]);
}

/**
 * Other forms of an ECDSA signature: the one that is as good, (r, n - s), and those that are none.
 *
 * @param {keyof typeof ORDERS} spec
 * @param {Uint8Array} signature in DER
 */
export function ecdsaForms(spec, signature) {
  const order = ORDERS[spec];
  const padded = (number) => number.toString(16).padStart(order.toString(16).length, "0");
  const start = signature[1] < 0x80 ? 2 : 3;
  const rLength = signature[start + 1];
  const numberAt = (start, length) => BigInt(`0x${Buffer.from(signature).toString("hex", start, start + length)}`);
  const r = numberAt(start + 2, rLength);
  const s = numberAt(start + 4 + rLength, signature[start + 3 + rLength]);
  const der = (first, second) => pairDer(integerDer(first), integerDer(second));
  assert.deepEqual(der(r, s), Buffer.from(signature));
  const zero = Buffer.alloc(1);
  return {
    mirrored: der(r, order - s),
    none: {
      "s is 0": der(r, 0n),
      "r is 0": der(0n, s),
      "s is the order": der(r, order),
      "s is too big by the order": der(r, s + order),
      "r and s in each other's place": der(s, r),
      "r with a zero too many": pairDer(Buffer.concat([zero, integerDer(r)]), integerDer(s)),
      "a length in a longer form": Buffer.concat([
        Buffer.from(start === 2 ? [0x30, 0x81] : [0x30, 0x82, 0]),
        Buffer.from(signature.subarray(start - 1)),
      ]),
      "r and s with nothing around them": Buffer.from(`${padded(r)}${padded(s)}`, "hex"),
    },
  };
}
