// SPDX-License-Identifier: Apache-2.0
/**
 * Workers that do one thing of the runtime's own `crypto.subtle` for each request: what a KMS in the same
 * runtime has to be measured by.
 */
import { startAwaitingWorker, startBareWorker } from "./noop.mjs";

const SIGNS = ["sign", "verify"];

/** For each kind of key that the runtime knows: its algorithm, what it is for, the form that it is taken out in. */
const KINDS = {
  Aliyun_AES_256: { algorithm: { name: "AES-GCM", length: 256 }, usages: ["encrypt", "decrypt"], form: "raw" },
  HMAC_256: { algorithm: { name: "HMAC", hash: "SHA-256" }, usages: SIGNS, form: "raw" },
  EC_P256: { algorithm: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }, usages: SIGNS, form: "pkcs8" },
  EC_P384: { algorithm: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" }, usages: SIGNS, form: "pkcs8" },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
};

const OPERATIONS = {
  sign: "crypto.subtle.sign(algorithm, privateKey, message)",
  verify: "crypto.subtle.verify(algorithm, publicKey, signature, message)",
};

function rsa(modulusLength) {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", modulusLength, publicExponent: [1, 0, 1], hash: "SHA-256" };
  return { algorithm, usages: SIGNS, form: "pkcs8" };
}

/** Whether the runtime has such keys. */
export const isRuntimes = (kind) => Object.hasOwn(KINDS, kind);

/**
 * The Rust worker that does nothing, and awaits one operation on a message before.
 *
 * @param {"sign" | "verify"} operation
 * @param {string} kind
 */
export function startUsingWorker(operation, kind) {
  const contents = `
    import Noop from "./index.js";
    ${algorithmOf(kind)}
    const message = new Uint8Array(32);
    const prepare = async () => {
      const keys = await generate();
      const { privateKey, publicKey } = keys.privateKey ? keys : { privateKey: keys, publicKey: keys };
      return { privateKey, publicKey, signature: await crypto.subtle.sign(algorithm, privateKey, message) };
    };
    let prepared;
    export default class extends Noop {
      async fetch(request) {
        prepared ??= await prepare();
        const { privateKey, publicKey, signature } = prepared;
        await ${OPERATIONS[operation]};
        return super.fetch(request);
      }
    }`;
  return startAwaitingWorker(nameOf(operation, kind), contents);
}

/** A worker that makes a key and takes it out, and answers a fixed text; but for GET, at once. */
export function startGeneratingWorker(kind) {
  const contents = `
    ${algorithmOf(kind)}
    export default {
      async fetch(request) {
        if (request.method === "GET") return new Response("{}");
        const made = await generate();
        await crypto.subtle.exportKey(${JSON.stringify(KINDS[kind].form)}, made.privateKey ?? made);
        return new Response("{}");
      },
    };`;
  const modules = { "index.js": { type: "esm", contents } };
  return startBareWorker(nameOf("makes", kind), { mainModule: "index.js", modulesRoot: "/", modules });
}

function nameOf(what, kind) {
  return `${what}-${kind.toLowerCase().replaceAll("_", "-")}`;
}

function algorithmOf(kind) {
  const { algorithm, usages } = KINDS[kind];
  return `
    const algorithm = ${JSON.stringify(algorithm)};
    if (algorithm.publicExponent) algorithm.publicExponent = new Uint8Array(algorithm.publicExponent);
    const generate = () => crypto.subtle.generateKey(algorithm, true, ${JSON.stringify(usages)});`;
}
