// SPDX-License-Identifier: Apache-2.0
/**
 * Workers that do one thing of the runtime's own `crypto.subtle` for each request: what a KMS in the same
 * runtime has to be measured by.
 */
import { startBareWorker } from "./noop.mjs";

/** For each kind of key, the runtime's own: what signs, and what makes one. */
const ALGORITHMS = {
  EC_P256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EC_P384: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
};

function rsa(modulusLength) {
  return { name: "RSASSA-PKCS1-v1_5", modulusLength, publicExponent: [1, 0, 1], hash: "SHA-256" };
}

/** A worker that awaits one signature of a message and answers a fixed text. */
export function startSigningWorker(kind) {
  return startBareWorker(`signs-${kind.toLowerCase().replace("_", "-")}`, module(kind, "crypto.subtle.sign(algorithm, (await pair).privateKey, message)"));
}

/** A worker that makes a pair of keys and takes it out, and answers a fixed text; but for GET, at once. */
export function startGeneratingWorker(kind) {
  const work = 'crypto.subtle.exportKey("pkcs8", (await generate()).privateKey)';
  return startBareWorker(`makes-${kind.toLowerCase().replace("_", "-")}`, module(kind, work));
}

function module(kind, work) {
  const contents = `
    const algorithm = ${JSON.stringify(ALGORITHMS[kind])};
    if (algorithm.publicExponent) algorithm.publicExponent = new Uint8Array(algorithm.publicExponent);
    const message = new Uint8Array(32);
    const generate = () => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    let pair;
    export default {
      async fetch(request) {
        if (request.method === "GET") return new Response("{}");
        pair ??= generate();
        await ${work};
        return new Response("{}");
      },
    };`;
  return { mainModule: "index.js", modulesRoot: "/", modules: { "index.js": { type: "esm", contents } } };
}
