// SPDX-License-Identifier: Apache-2.0
/** Files by stream: none of these holds more than a few pieces of one. */
import { createHash, randomFillSync } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

const PIECE = 1 << 20;

/** Writes `size` random bytes. */
export async function makeFile(path, size) {
  function* pieces() {
    for (let left = size; left > 0; left -= PIECE) yield randomFillSync(Buffer.alloc(Math.min(PIECE, left)));
  }
  await pipeline(pieces, createWriteStream(path));
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: PIECE }), hash);
  return hash.digest("hex");
}

/** Sends `from` through `transform` into `to`. */
export async function throughStream(from, transform, to) {
  await pipeline(
    createReadStream(from, { highWaterMark: PIECE }),
    transform,
    createWriteStream(to, { highWaterMark: PIECE }),
  );
}

/** The first bytes of a file: `length`, or all if it has fewer. */
export async function firstBytes(path, length) {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Changes one bit of a file in place; doing it again changes it back. */
export async function flipByte(path, position) {
  const file = await open(path, "r+");
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, position);
    byte[0] ^= 1;
    await file.write(byte, 0, 1, position);
  } finally {
    await file.close();
  }
}
