// SPDX-License-Identifier: Apache-2.0
/** Small inputs, from a file or, by `-`, from standard input. */

import { createReadStream } from "node:fs";

import { CliError, usage } from "./exit.js";

/**
 * All bytes of an input. Whoever asks for a secret wipes them.
 *
 * @param most how many there may be: what is given by mistake may have no end
 * @throws CliError `usage` if there are more, or the terminal would have to be read
 */
export async function bytesOf(path: string, most: number, what: string): Promise<Buffer> {
  if (path === "-" && process.stdin.isTTY) throw usage(`${what} would be read from the terminal`, "Give a file, or a pipe.");
  const stream = path === "-" ? process.stdin : createReadStream(path);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      parts.push(part);
      length += part.length;
      if (length > most) throw usage(`${what} has more than ${most} bytes`, "Is it the right file?");
    }
    return Buffer.concat(parts);
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (cause instanceof CliError || typeof code !== "string") throw cause;
    throw Object.assign(new Error(`could not read ${path} (${code})`, { cause }), { code: "FileFailed" });
  } finally {
    // They may be of a secret: the one copy is the caller's.
    for (const part of parts) part.fill(0);
  }
}
