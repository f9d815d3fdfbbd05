// SPDX-License-Identifier: Apache-2.0
/**
 * ECDSA over a message that is wholly there (specification: framework/transitive-requirements.md, ECDSA), by the
 * host: faster than WebAssembly by tens of times. What streams is hashed in the second module instead.
 */

import { type Bytes, concat } from "../bytes.js";
import type { MaybePromise } from "./engine.js";

/** The curves of the signing suites; each with the hash of its length. */
export type Curve = "P-256" | "P-384";

/** A key pair for one message. */
export interface WholeSigner {
  /** A compressed point. */
  readonly publicKey: Bytes;
  /** The signature in DER. */
  sign(message: Bytes): MaybePromise<Bytes>;
}

/** What a host can do. */
export interface HostEcdsa {
  /** A new key pair of P-384, the one curve that is written. */
  generate(): MaybePromise<WholeSigner>;
  /**
   * Whether the signature, in DER, is one of this message; `undefined` where this host cannot say, as it does not
   * take the key.
   */
  verify(curve: Curve, publicKey: Bytes, message: Bytes, signature: Bytes): MaybePromise<boolean | undefined>;
}

/** `SubjectPublicKeyInfo` up to its point (RFC 5480), and the point's length: compressed. */
const SPKI: Readonly<Record<Curve, readonly [head: string, length: number]>> = {
  "P-256": ["3039301306072a8648ce3d020106082a8648ce3d030107032200", 33],
  "P-384": ["3046301006072a8648ce3d020106052b81040022033200", 49],
};

/** A compressed point as hosts read keys, or `undefined` if it is none. */
export function spkiOf(curve: Curve, point: Bytes): Bytes | undefined {
  const [head, length] = SPKI[curve];
  const [first] = point;
  // Other encodings of the point are refused by the format.
  if (point.length !== length || (first !== 2 && first !== 3)) return undefined;
  return concat([Uint8Array.from(head.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)), point]);
}

/** A compressed point (SEC 1, 2.3.3) of one that is not: `04 || x || y`. */
export function compressed(point: Bytes): Bytes {
  const half = (point.length - 1) / 2;
  const key = point.slice(0, half + 1);
  key[0] = 2 + ((point[point.length - 1] as number) & 1);
  return key;
}
