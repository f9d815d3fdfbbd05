// SPDX-License-Identifier: Apache-2.0
/**
 * Workers that do one thing of the runtime's own `crypto.subtle` for each request: what a KMS in the same
 * runtime has to be measured by.
 */
import { startAwaitingWorker, startBareWorker } from "./noop.mjs";

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

/** The Rust worker that does nothing, and awaits one signature of a message before. */
export function startSigningWorker(kind) {
  const contents = `
    import Noop from "./index.js";
    ${algorithmOf(kind)}
    let pair;
    export default class extends Noop {
      async fetch(request) {
        pair ??= generate();
        await crypto.subtle.sign(algorithm, (await pair).privateKey, message);
        return super.fetch(request);
      }
    }`;
  return startAwaitingWorker(nameOf("signs", kind), contents);
}

/** A worker that makes a pair of keys and takes it out, and answers a fixed text; but for GET, at once. */
export function startGeneratingWorker(kind) {
  const contents = `
    ${algorithmOf(kind)}
    export default {
      async fetch(request) {
        if (request.method === "GET") return new Response("{}");
        await crypto.subtle.exportKey("pkcs8", (await generate()).privateKey);
        return new Response("{}");
      },
    };`;
  const modules = { "index.js": { type: "esm", contents } };
  return startBareWorker(nameOf("makes", kind), { mainModule: "index.js", modulesRoot: "/", modules });
}

function nameOf(what, kind) {
  return `${what}-${kind.toLowerCase().replace("_", "-")}`;
}

function algorithmOf(kind) {
  return `
    const algorithm = ${JSON.stringify(ALGORITHMS[kind])};
    if (algorithm.publicExponent) algorithm.publicExponent = new Uint8Array(algorithm.publicExponent);
    const message = new Uint8Array(32);
    const generate = () => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);`;
}
