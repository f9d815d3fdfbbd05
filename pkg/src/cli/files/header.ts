// SPDX-License-Identifier: Apache-2.0
/** A message's header, of which as little is read as there is of it. */

import { stat } from "node:fs/promises";

import type { MessageHeader } from "../../entrypoints/node.js";
import { edgekms } from "../package.js";
import { MOST_TEXT, isText, messageOf } from "./armor.js";
import { STANDARD } from "./places.js";
import { readFrom } from "./pour.js";
import { all } from "./small.js";

/** What is told of a message without a key. */
export interface Inspected {
  readonly header: MessageHeader;
  readonly isText: boolean;
  /** Bytes of the message, if they were there to be counted. */
  readonly length?: number;
}

/** First try; a header that is longer is looked for in four times as much. */
const FIRST_TRY = 4096;

/** Reads it from a file, a pipe or standard input. */
export async function headerOf(place: string, signal: AbortSignal): Promise<Inspected> {
  const pieces = readFrom(place, signal)[Symbol.asyncIterator]();
  try {
    let bytes: Buffer = Buffer.alloc(0);
    for (let wanted = FIRST_TRY; ; wanted *= 4) {
      let isOver = false;
      const held = [bytes];
      for (let length = bytes.length; length < wanted && !isOver; ) {
        const { done, value } = await pieces.next();
        if (done === true) isOver = true;
        else length += held.push(Buffer.from(value)) && value.length;
      }
      bytes = Buffer.concat(held);
      if (isText(bytes)) return await ofText(bytes, { [Symbol.asyncIterator]: () => pieces });
      const header = await tried(bytes, isOver);
      if (header !== undefined) return { header, isText: false, ...(await lengthOf(place, bytes, isOver)) };
    }
  } finally {
    await pieces.return(undefined);
  }
}

/** The header, or `undefined` if more bytes may show it. */
async function tried(bytes: Buffer, isAll: boolean): Promise<MessageHeader | undefined> {
  const { inspect } = await edgekms();
  try {
    return await inspect(bytes);
  } catch (error) {
    if (isAll || (error as { code?: unknown }).code !== "TruncatedMessage") throw error;
    return undefined;
  }
}

async function ofText(start: Buffer, rest: AsyncIterable<Uint8Array>): Promise<Inspected> {
  const { inspect } = await edgekms();
  const message = messageOf(Buffer.concat([start, await all(rest, MOST_TEXT, "the text")]));
  return { header: await inspect(message), isText: true, length: message.length };
}

async function lengthOf(place: string, bytes: Buffer, isAll: boolean): Promise<{ length?: number }> {
  if (isAll) return { length: bytes.length };
  const found = place === STANDARD ? undefined : await stat(place).catch(() => undefined);
  return found?.isFile() ? { length: found.size } : {};
}
