// SPDX-License-Identifier: Apache-2.0
/** What a message says about itself to anyone, without a key. */

import type { HeaderInfo } from "../core/bindings.js";
import { viewOf } from "../bytes.js";
import { fromPairs } from "../context.js";
import { EdgekmsError, toEdgekmsError } from "../errors.js";
import { runtime } from "../runtime.js";

/** A header in JavaScript's words: {@link HeaderInfo} with the context as an object. */
export interface MessageHeader extends Omit<HeaderInfo, "encryptionContext"> {
  encryptionContext: Record<string, string>;
}

/**
 * Reads a header. Nothing in it is authenticated: anyone can have written it.
 *
 * Takes a whole message or its beginning.
 */
export async function inspect(message: Uint8Array): Promise<MessageHeader> {
  const { readHeader } = await runtime().bindings();
  const bytes = viewOf(message, "message");
  try {
    for (let size = 4096; ; size *= 4) {
      const header = readHeader(bytes.subarray(0, size));
      if (header !== undefined) {
        const { info } = header;
        header.free();
        return describeHeader(info);
      }
      if (size >= bytes.length) break;
    }
  } catch (error) {
    throw toEdgekmsError(error);
  }
  throw new EdgekmsError("TruncatedMessage", "the bytes end before the end of the header");
}

/** The header with its context as an object. */
export function describeHeader(info: HeaderInfo): MessageHeader {
  return { ...info, encryptionContext: fromPairs(info.encryptionContext) };
}
