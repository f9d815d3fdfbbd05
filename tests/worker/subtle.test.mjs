// SPDX-License-Identifier: Apache-2.0

/**
 * The worker's way to the runtime's RSA (`worker/src/subtle.js`), in that runtime: Wycheproof's OAEP vectors,
 * whose keys no API brings into a keyring, and the bare primitive beside OpenSSL's.
 */

import assert from "node:assert/strict";
import { constants, generateKeyPairSync, privateEncrypt, publicEncrypt, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { vectors } from "../package/lib/vectors.mjs";

const SUBTLE = fileURLToPath(new URL("../../worker/src/subtle.js", import.meta.url));

/** Does with each of many inputs what the path names; bytes are hexadecimal. */
const MAIN = `
  import * as rsa from "./subtle.js";
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const hex = (bytes) => bytes && Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const WORK = {
    "/open": async ({ pkcs8, hash, data }) => rsa.decryptOaep(await rsa.importForDecryption(bytes(pkcs8), hash), bytes(data)),
    "/decrypt-raw": async ({ pkcs8, data }) => rsa.decryptRaw(await rsa.importForSigning(bytes(pkcs8)), bytes(data)),
    "/takes": async ({ pkcs8 }) => rsa.importForSigning(bytes(pkcs8)).then(() => new Uint8Array([1]), () => null),
    "/sign": async ({ pkcs8, data }) => rsa.signEncoded(await rsa.importForSigning(bytes(pkcs8)), bytes(data)),
  };
  export default {
    async fetch(request) {
      const work = WORK[new URL(request.url).pathname];
      const outcomes = [];
      for (const input of await request.json()) outcomes.push(hex(await work(input)));
      return Response.json(outcomes);
    },
  };`;

let miniflare;
let ask;

before(async () => {
  const modules = [
    { type: "ESModule", path: "/main.js", contents: MAIN },
    { type: "ESModule", path: "/subtle.js", contents: await readFile(SUBTLE, "utf8") },
  ];
  const worker = { name: "subtle", modules, modulesRoot: "/", compatibilityDate: "2026-11-01" };
  miniflare = new Miniflare(convertV4MiniflareOptions({ host: "127.0.0.1", port: 0, cf: false, workers: [worker] }));
  await miniflare.ready;
  ask = async (path, inputs) => {
    const answer = await miniflare.dispatchFetch(`http://subtle${path}`, { method: "POST", body: JSON.stringify(inputs) });
    return answer.json();
  };
});
after(() => miniflare?.dispose());

for (const hash of ["SHA-1", "SHA-256"]) {
  test(`OAEP with ${hash}: Wycheproof's vectors`, async () => {
    const all = vectors("rsa-oaep").filter(({ sha }) => sha === hash);
    const inputs = all.map(({ privateKeyPkcs8, ct }) => ({ pkcs8: privateKeyPkcs8, hash, data: ct }));
    const opened = await ask("/open", inputs);
    for (const [index, { tcId, comment, msg, result }] of all.entries()) {
      assert.equal(opened[index], result === "invalid" ? null : msg, `tcId ${tcId}: ${comment}`);
    }
    const valid = all.filter(({ result }) => result !== "invalid").length;
    assert.ok(valid > 5 && all.length - valid > 5, `${valid} of ${all.length} open`);
  });
}

test("the bare primitive is OpenSSL's, at every size of key", async () => {
  for (const modulusLength of [2048, 3072, 4096]) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength });
    const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" }).toString("hex");
    const encoded = Array.from({ length: 5 }, () => Buffer.concat([Buffer.alloc(1), randomBytes(modulusLength / 8 - 1)]));
    const signed = await ask("/sign", encoded.map((data) => ({ pkcs8, data: data.toString("hex") })));
    const expected = encoded.map((data) => privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, data));
    assert.deepEqual(signed, expected.map((bytes) => bytes.toString("hex")));
  }
});

test("the bare primitive decrypts, and takes no number that is not below the modulus", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" }).toString("hex");
  const encoded = Buffer.concat([Buffer.from([0, 2]), randomBytes(254)]);
  const encrypted = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, encoded);
  const modulus = Buffer.from(publicKey.export({ format: "jwk" }).n, "base64url");
  const odd = [modulus, Buffer.alloc(256, 0xff), encrypted.subarray(1), Buffer.concat([encrypted, Buffer.alloc(1)]), Buffer.alloc(0)];
  const opened = await ask("/decrypt-raw", [encrypted, ...odd].map((data) => ({ pkcs8, data: data.toString("hex") })));
  assert.deepEqual(opened, [encoded.toString("hex"), ...odd.map(() => null)]);
});

test("a private key whose numbers do not fit each other is not taken", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
  // Modulus, private exponent, primes, exponents of the primes, coefficient.
  const changed = [60, 400, 600, 750, 900, 1000, 1100, pkcs8.length - 1].map((at) => {
    const copy = Buffer.from(pkcs8);
    copy[at] ^= 4;
    return copy;
  });
  const taken = await ask("/takes", [pkcs8, ...changed].map((der) => ({ pkcs8: der.toString("hex") })));
  assert.deepEqual(taken, ["01", ...changed.map(() => null)]);
});
