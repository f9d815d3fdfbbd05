// SPDX-License-Identifier: Apache-2.0
/** What `edgekms inspect` does. */

import type { MessageHeader } from "../../entrypoints/node.js";
import type { Context, Given } from "../command.js";
import { usage } from "../exit.js";
import { edgekms } from "../package.js";
import { type Inspected, headerOf } from "./header.js";
import { STANDARD, placeName } from "./places.js";
import { sizeText } from "./sizes.js";
import { list, table, text } from "../output.js";
import type { View } from "../view.js";

/** `edgekms inspect` */
export async function inspectFiles({ output, signal }: Context, { args }: Given<unknown>): Promise<void> {
  if (args.length === 0 && process.stdin.isTTY) throw usage("no file was given", "Name one, or give - for what you paste.");
  const shown = [];
  for (const place of args.length === 0 ? [STANDARD] : args) shown.push(await describe(place, await headerOf(place, signal)));
  const views = shown.flatMap((one, index) => [...(index === 0 ? [] : [text("")]), ...viewsOf(one, shown.length > 1)]);
  await output.result(shown, ...views);
}

/** What is shown of a message: the fields of `--json`. */
interface Shown extends Omit<MessageHeader, "encryptedDataKeys"> {
  readonly from: string;
  /** Whether it is a text. */
  readonly armored: boolean;
  readonly encryptedDataKeys: readonly { readonly provider: string; readonly key: string; readonly ciphertextLength: number }[];
  /** Bytes; without them nobody knows them. */
  readonly messageLength?: number;
  readonly plaintextLength?: number;
}

async function describe(place: string, { header, isText, length }: Inspected): Promise<Shown> {
  const { plaintextSize } = await edgekms();
  // A signature's length varies, and what was cut has no size.
  const size = length === undefined || header.signed ? undefined : await plaintextSize(length, header).catch(() => undefined);
  return {
    from: placeName(place, "from"),
    armored: isText,
    ...header,
    encryptedDataKeys: header.encryptedDataKeys.map(({ providerId, providerInfo, ciphertextLength }) => ({
      provider: providerId,
      key: keyName(providerId, providerInfo),
      ciphertextLength,
    })),
    ...(length !== undefined && { messageLength: length }),
    ...(size !== undefined && { plaintextLength: size }),
  };
}

/** Of a raw AES key's information the name; after it are lengths of tag and IV, and the IV (raw-aes-keyring.md). */
const RAW_AES = /^(.*)\0\0\0[\u0080\ufffd]\0\0\0\f/s;

function keyName(provider: string, info: string): string {
  // Costs and salt (docs/format.md); the name, which is last, may be empty.
  if (provider === "edgekms-password") return "a password";
  return RAW_AES.exec(info)?.[1] ?? info;
}

function viewsOf(shown: Shown, isOneOfMany: boolean): View[] {
  const { suite, suiteName, frameLength, messageLength, plaintextLength } = shown;
  const size = (bytes: number) => (bytes < 1024 ? `${bytes} B` : `${bytes} B (${sizeText(bytes)})`);
  const pairs = Object.entries(shown.encryptionContext);
  return [
    list([
      ...(isOneOfMany ? [["file", shown.from] as const] : []),
      ["format", `AWS Encryption SDK message, version ${shown.version}${shown.armored ? ", as text" : ""}`],
      ["suite", `0x${suite.toString(16).padStart(4, "0")} ${suiteName}`],
      ["key commitment", shown.committing ? "yes" : "no: needs --commitment-policy to be opened"],
      ["signed", shown.signed ? "yes" : "no"],
      ["message id", shown.messageId],
      ["frames of", shown.framed ? size(frameLength) : "none: one piece"],
      ["header", size(shown.headerLength)],
      ...(messageLength === undefined ? [] : [["message", size(messageLength)] as const]),
      ...(plaintextLength === undefined ? [] : [["plaintext", size(plaintextLength)] as const]),
      ["context", pairs.length === 0 ? "none" : pairs.map(([name, value]) => `${name}=${value}`).join(", ")],
    ]),
    text(""),
    table(["PROVIDER", "KEY", "BYTES"], shown.encryptedDataKeys.map((one) => [one.provider, one.key, one.ciphertextLength]), "no data key"),
  ];
}
