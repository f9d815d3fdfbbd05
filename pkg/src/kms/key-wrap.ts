// SPDX-License-Identifier: Apache-2.0
/**
 * AES key wrap with padding (RFC 5649, section 4.1), which WebCrypto does not have: it has the one without
 * padding. The AES is the runtime's.
 */

import { type Bytes, concat } from "../bytes.js";
import { subtle } from "../engine/webcrypto.js";

const SEMIBLOCK = 8;
const BLOCK = 16;
const ROUNDS = 6;

/** Wraps more than 8 bytes under an AES key that encrypts by AES-CBC. */
export async function wrapPadded(key: CryptoKey, plaintext: Bytes): Promise<Bytes> {
  const count = Math.ceil(plaintext.length / SEMIBLOCK);
  const wrapped = new Uint8Array((count + 1) * SEMIBLOCK);
  const view = new DataView(wrapped.buffer);
  view.setUint32(0, 0xa65959a6);
  view.setUint32(4, plaintext.length);
  wrapped.set(plaintext, SEMIBLOCK);
  const first = wrapped.subarray(0, SEMIBLOCK);
  // RFC 3394, section 2.2.1, with the initial value of RFC 5649.
  for (let step = 1; step <= ROUNDS * count; step += 1) {
    const at = (((step - 1) % count) + 1) * SEMIBLOCK;
    const semiblock = wrapped.subarray(at, at + SEMIBLOCK);
    const block = await encryptBlock(key, concat([first, semiblock]));
    first.set(block.subarray(0, SEMIBLOCK));
    view.setUint32(4, (view.getUint32(4) ^ step) >>> 0);
    semiblock.set(block.subarray(SEMIBLOCK));
  }
  return wrapped;
}

/** AES of one block: CBC from a zero vector, without the block of padding that it adds. */
async function encryptBlock(key: CryptoKey, block: Bytes): Promise<Bytes> {
  const parameters = { name: "AES-CBC", iv: new Uint8Array(BLOCK) };
  return new Uint8Array(await subtle().encrypt(parameters, key, block), 0, BLOCK);
}
