// SPDX-License-Identifier: Apache-2.0

/**
 * Runs inside workerd, beside the worker under test: a key store, as `worker/src/remote_store.rs` asks one.
 * It keeps AES-256 keys and P-256 keys in its memory, by the name that it is given for each.
 *
 * `POST /mood` says how it is from now on, and `GET /names` tells which keys it keeps.
 *
 * @typedef {object} Mood
 * @property {boolean} [failing] it answers 500 and does nothing
 * @property {boolean} [dead] the connection breaks and nothing is done
 * @property {number} [slowMs] it does what it is asked, and answers so much later
 * @property {boolean} [mute] it does what it is asked, and does not answer
 */

import { sign, verify } from "./p256.mjs";

/** Longer than anybody waits. */
const FOR_EVER_MS = 120_000;
const AES = { name: "AES-GCM", length: 256 };
const P256 = { name: "ECDSA", namedCurve: "P-256" };

/** @type {Map<string, CryptoKey | CryptoKeyPair>} */
const keys = new Map();
/** @type {Mood} */
let mood = {};

const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const subtle = crypto.subtle;

const makers = {
  Aliyun_AES_256: () => subtle.generateKey(AES, false, ["encrypt", "decrypt"]),
  EC_P256: () => subtle.generateKey(P256, true, ["sign", "verify"]),
};

async function publicKey(key) {
  return key.publicKey && { publicKey: toBase64(await subtle.exportKey("spki", key.publicKey)) };
}

async function open(key, aad, sealed) {
  const algorithm = { ...AES, iv: sealed.slice(0, 12), additionalData: aad };
  try {
    return Response.json({ plaintext: toBase64(await subtle.decrypt(algorithm, key, sealed.slice(12))) });
  } catch {
    return new Response("it does not open", { status: 403 });
  }
}

/** What the worker under test may ask. */
const answers = {
  async "/make"({ name, spec }) {
    if (!keys.has(name)) keys.set(name, await makers[spec]());
    return Response.json({ ...(await publicKey(keys.get(name))) });
  },
  "/destroy"({ name }) {
    keys.delete(name);
    return Response.json({});
  },
  async "/seal"({ aad, plaintext }, key) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const algorithm = { ...AES, iv, additionalData: fromBase64(aad) };
    const sealed = await subtle.encrypt(algorithm, key, fromBase64(plaintext));
    return Response.json({ sealed: toBase64([...iv, ...new Uint8Array(sealed)]) });
  },
  "/open": ({ aad, sealed }, key) => open(key, fromBase64(aad), fromBase64(sealed)),
  async "/sign"({ digest }, { privateKey }) {
    return Response.json({ signature: toBase64(await sign(privateKey, fromBase64(digest))) });
  },
  async "/verify"({ digest, signature }, { privateKey }) {
    return Response.json({ good: await verify(privateKey, fromBase64(digest), fromBase64(signature)) });
  },
};

async function answer(what, question) {
  if (mood.failing) return new Response("the store is not well", { status: 500 });
  if (mood.dead) throw new Error("the store is gone");
  const key = keys.get(question.name);
  const needsKey = !["/make", "/destroy"].includes(what);
  if (needsKey && !key) return new Response("there is no such key", { status: 404 });
  const done = await answers[what](question, key);
  const waitsMs = mood.mute ? FOR_EVER_MS : (mood.slowMs ?? 0);
  if (waitsMs > 0) await scheduler.wait(waitsMs);
  return done;
}

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/names") return Response.json([...keys.keys()]);
    const question = await request.json();
    if (pathname !== "/mood") return answer(pathname, question);
    mood = question;
    return new Response("");
  },
};
