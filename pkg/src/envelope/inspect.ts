// SPDX-License-Identifier: Apache-2.0
/** What a message says about itself to anyone, without a key. */

import { type Bytes, hex, viewOf } from "../bytes.js";
import { type Core, core, loadedCore } from "../core/core.js";
import { worded } from "../core/words.js";
import { fromPairs } from "../context.js";
import { EdgekmsError } from "../errors.js";
import { SUITES } from "../generated/suites.js";
import { readHeader } from "./open.js";

/** A header in JavaScript's words. */
export interface MessageHeader {
  version: 1 | 2;
  /** The algorithm suite's number, for example 0x0478. */
  suite: number;
  /** Its name in the specification. */
  suiteName: string;
  /** Whether the message commits to its data key. */
  committing: boolean;
  signed: boolean;
  /** In hexadecimal. */
  messageId: string;
  /** What of the context is stored in the message. */
  encryptionContext: Record<string, string>;
  /** Who wrapped the data key: one entry a keyring. */
  encryptedDataKeys: { providerId: string; providerInfo: string; ciphertextLength: number }[];
  framed: boolean;
  /** Bytes of plaintext of each frame but the last; 0 if the body is not framed. */
  frameLength: number;
  /** Bytes of the header, with its authentication. */
  headerLength: number;
}

/**
 * Reads a header. Nothing in it is authenticated: anyone can have written it.
 *
 * Takes a whole message or its beginning.
 *
 * @example
 * ```js
 * const { suiteName, encryptedDataKeys } = await inspect(message);
 * ```
 *
 * @throws EdgekmsError `MalformedHeader`, `UnsupportedSuite`, or `TruncatedMessage` if the header does not end.
 */
export async function inspect(message: Uint8Array): Promise<MessageHeader> {
  try {
    const header = headerOf(await core(), viewOf(message, "message"));
    if (header !== undefined) return header;
  } catch (error) {
    throw await worded(error);
  }
  throw new EdgekmsError("TruncatedMessage", "the bytes end before the end of the header");
}

/** The header of a message that was opened, from a copy of it. */
export function openedHeader(bytes: Bytes): MessageHeader {
  return headerOf(loadedCore(), bytes) as MessageHeader;
}

function headerOf(core: Core, bytes: Bytes): MessageHeader | undefined {
  const opening = readHeader(core, bytes, undefined);
  if (opening === undefined) return undefined;
  const fields = opening.fields();
  opening.free();
  const { suite, frameLength, headerLength, messageId, encryptionContext, encryptedDataKeys } = fields;
  const [name = "", signed = false] = SUITES[suite] ?? [];
  const committing = messageId.length === 32;
  return {
    version: committing ? 2 : 1,
    suite,
    suiteName: name,
    committing,
    signed,
    messageId: hex(messageId),
    encryptionContext: fromPairs(encryptionContext),
    encryptedDataKeys: encryptedDataKeys.map(({ providerId, providerInfo, ciphertext }) => ({
      providerId,
      providerInfo: new TextDecoder().decode(providerInfo),
      ciphertextLength: ciphertext.length,
    })),
    framed: frameLength > 0,
    frameLength,
    headerLength,
  };
}
