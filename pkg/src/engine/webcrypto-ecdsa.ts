// SPDX-License-Identifier: Apache-2.0
/** ECDSA by WebCrypto. Signatures there are `r || s`; messages have DER. */

import { type Bytes, concat } from "../bytes.js";
import { compressed, type HostEcdsa, spkiOf } from "./ecdsa.js";
import { subtle } from "./webcrypto.js";

const HASHES = { "P-256": "SHA-256", "P-384": "SHA-384" } as const;
const LENGTHS = { "P-256": 32, "P-384": 48 } as const;
const P384 = { name: "ECDSA", namedCurve: "P-384" } as const;

/** The runtime's. Not every one reads a compressed point: then it says nothing, and the second module does. */
export const webCryptoEcdsa: HostEcdsa = {
  async generate() {
    const webCrypto = subtle();
    const pair = await webCrypto.generateKey(P384, false, ["sign"]);
    const point = new Uint8Array(await webCrypto.exportKey("raw", pair.publicKey));
    return {
      publicKey: compressed(point),
      async sign(message) {
        const algorithm = { name: "ECDSA", hash: HASHES["P-384"] };
        return toDer(new Uint8Array(await webCrypto.sign(algorithm, pair.privateKey, message)));
      },
    };
  },
  async verify(curve, publicKey, message, signature) {
    const spki = spkiOf(curve, publicKey);
    if (spki === undefined) return undefined;
    const webCrypto = subtle();
    const algorithm = { name: "ECDSA", namedCurve: curve };
    const key = await webCrypto.importKey("spki", spki, algorithm, false, ["verify"]).catch(() => undefined);
    if (key === undefined) return undefined;
    const fixed = fromDer(signature, LENGTHS[curve]);
    if (fixed === undefined) return false;
    return webCrypto.verify({ name: "ECDSA", hash: HASHES[curve] }, key, fixed, message);
  },
};

/** `SEQUENCE { INTEGER r, INTEGER s }` (RFC 3279, 2.2.3). */
function toDer(fixed: Bytes): Bytes {
  const half = fixed.length / 2;
  const numbers = concat([integer(fixed.subarray(0, half)), integer(fixed.subarray(half))]);
  return concat([Uint8Array.of(0x30, numbers.length), numbers]);
}

function integer(number: Bytes): Bytes {
  let start = 0;
  while (start < number.length - 1 && number[start] === 0) start += 1;
  const digits = number.subarray(start);
  // The highest bit would be a sign.
  const sign = (digits[0] as number) >= 0x80 ? [0] : [];
  return Uint8Array.of(2, digits.length + sign.length, ...sign, ...digits);
}

/** Reads only what {@link toDer} writes: DER has one form of each number. */
function fromDer(der: Bytes, half: number): Bytes | undefined {
  const fixed = new Uint8Array(2 * half);
  let at = 2;
  for (const end of [half, 2 * half]) {
    const length = der[at + 1] ?? 0;
    const number = der.subarray(at + 2, at + 2 + length);
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (digits.length > half) return undefined;
    fixed.set(digits, end - digits.length);
    at += 2 + length;
  }
  const again = toDer(fixed);
  return again.length === der.length && again.every((byte, index) => byte === der[index]) ? fixed : undefined;
}
