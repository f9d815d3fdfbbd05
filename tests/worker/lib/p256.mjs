// SPDX-License-Identifier: Apache-2.0

/**
 * ECDSA over P-256 of a digest (FIPS 186-5, section 6.4), which WebCrypto has for messages alone. It is for
 * tests: what it does takes longer with some keys than with others.
 */

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** PKCS#8 of a private key on this curve, up to its 32 bytes. */
const PKCS8_HEAD = "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";

const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
const toNumber = (bytes) => BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`);
const toHex = (number) => number.toString(16).padStart(64, "0");
const fromBase64Url = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));

const modulo = (number) => ((number % ORDER) + ORDER) % ORDER;

/** By Fermat: the order is a prime. */
function inverse(number) {
  let [result, base] = [1n, modulo(number)];
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = modulo(result * base);
    base = modulo(base * base);
  }
  return result;
}

const jwk = (key) => crypto.subtle.exportKey("jwk", key);
const secretOf = async (privateKey) => toNumber(fromBase64Url((await jwk(privateKey)).d));
const reducedX = ({ x }) => modulo(toNumber(fromBase64Url(x)));

/** The curve's base point so many times: its x, modulo the order. */
async function xOfMultiple(number) {
  const pkcs8 = fromHex(PKCS8_HEAD + toHex(number));
  return reducedX(await jwk(await crypto.subtle.importKey("pkcs8", pkcs8, P256, true, ["sign"])));
}

/** A whole number in DER, never negative. */
function integer(number) {
  const bytes = fromHex(toHex(number));
  const first = bytes.findIndex((byte) => byte !== 0);
  const value = bytes[first] < 0x80 ? bytes.slice(first) : [0, ...bytes.slice(first)];
  return [2, value.length, ...value];
}

/** @returns {Promise<Uint8Array>} the signature in DER */
export async function sign(privateKey, digest) {
  const once = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const [nonce, secret, r] = await Promise.all([
    secretOf(once.privateKey),
    secretOf(privateKey),
    jwk(once.publicKey).then(reducedX),
  ]);
  const s = modulo(inverse(nonce) * (toNumber(digest) + r * secret));
  const body = [...integer(r), ...integer(s)];
  return Uint8Array.of(0x30, body.length, ...body);
}

/** Whoever has the private key can do without the sum of two points. */
export async function verify(privateKey, digest, signature) {
  const [sequence, length, tag, rLength, ...rest] = signature;
  const [rBytes, [sTag, sLength, ...sBytes]] = [rest.slice(0, rLength), rest.slice(rLength)];
  const parses = sequence === 0x30 && length === signature.length - 2 && tag === 2 && sTag === 2;
  if (!parses || rBytes.length === 0 || sBytes.length === 0 || sLength !== sBytes.length) return false;
  const [r, s] = [toNumber(rBytes), toNumber(sBytes)];
  if (r === 0n || r >= ORDER || s === 0n || s >= ORDER) return false;
  const multiple = modulo(inverse(s) * (toNumber(digest) + r * (await secretOf(privateKey))));
  return multiple !== 0n && (await xOfMultiple(multiple)) === r;
}
