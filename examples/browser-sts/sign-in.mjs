#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * Who is signed in. Your site knows that already, by a session cookie or an identity provider: put it here.
 * This stand-in has tokens that name a user, under a MAC: `node --env-file=.env sign-in.mjs alice` prints one.
 */

const encoder = new TextEncoder();
/** What a session of a role can be named after. */
const USER = /^[A-Za-z0-9@_-]{2,64}$/;

const macKey = (secret) =>
  crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

/** @returns {Promise<string>} a token of this user. */
export async function signIn(user, secret) {
  if (!USER.test(user)) throw new Error("a user's name has 2 to 64 of A-Z a-z 0-9 @ _ -");
  const mac = await crypto.subtle.sign("HMAC", await macKey(secret), encoder.encode(user));
  return `${user}.${[...new Uint8Array(mac)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** @returns {Promise<string | undefined>} whose token the header `Authorization: Bearer TOKEN` has, if it is good. */
export async function userOf(authorization, secret) {
  const [, user, mac] = /^Bearer ([^.]+)\.([0-9a-f]{64})$/.exec(authorization ?? "") ?? [];
  if (user === undefined || !USER.test(user)) return undefined;
  const bytes = Uint8Array.from(mac.match(/../g), (pair) => Number.parseInt(pair, 16));
  return (await crypto.subtle.verify("HMAC", await macKey(secret), bytes, encoder.encode(user))) ? user : undefined;
}

if (globalThis.process?.argv?.[1]?.endsWith("sign-in.mjs")) {
  console.log(await signIn(process.argv[2] ?? "", process.env.SIGN_IN_SECRET));
}
