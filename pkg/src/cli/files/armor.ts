// SPDX-License-Identifier: Apache-2.0
/**
 * Messages as text: what can be pasted into a mail, in the form of RFC 7468 (base64 between two lines that say what it
 * is), read as strictly as section 3 there says, with CRLF too. What `Envelope.encryptText` gives is read as well.
 */

import { CliError } from "../exit.js";

const BEGIN = "-----BEGIN EDGEKMS MESSAGE-----";
const END = "-----END EDGEKMS MESSAGE-----";
const LINE = 64;

/** Most bytes of plaintext that become text, which is held in memory. */
export const MOST_AS_TEXT = 16 << 20;
/** Most bytes of text that are read: a third more, line breaks, header. */
export const MOST_TEXT = 2 * MOST_AS_TEXT;

/** A message as text. */
export function armored(message: Uint8Array): string {
  const base64 = Buffer.from(message).toString("base64");
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return [BEGIN, ...lines, END, ""].join("\n");
}

/** Whether something that begins with these bytes is a text. Messages begin with 0x01 0x80 or 0x02, their version. */
export function isText(start: Uint8Array): boolean {
  const text = Buffer.from(start).toString("latin1").trimStart();
  return text.startsWith("-----BEGIN") || /^A[Yg]/.test(text);
}

/** The message that a text is. */
export function messageOf(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1").trim();
  const inside = text.startsWith("-----BEGIN") ? between(text) : text.replaceAll(/\s/g, "");
  const plain = inside?.replaceAll("-", "+").replaceAll("_", "/");
  const message = plain === undefined ? undefined : Buffer.from(plain, "base64");
  // Node reads what it can of any text; only what gives the same text again was all of it.
  if (message !== undefined && message.length > 0 && unpadded(message.toString("base64")) === unpadded(plain ?? "")) return message;
  throw new CliError("notAuthentic", "the text is not a whole message", `It begins with "${BEGIN}" and ends with "${END}"; copy all of it.`);
}

function between(text: string): string | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  if (lines[0] !== BEGIN || lines.at(-1) !== END) return undefined;
  return lines.slice(1, -1).join("");
}

function unpadded(base64: string): string {
  return base64.replace(/={0,2}$/, "");
}
