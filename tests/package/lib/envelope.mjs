// SPDX-License-Identifier: Apache-2.0

/** An envelope whose key is at hand: no key service, no waiting. */

import { Envelope, rawAesKeyring } from "edgekms";
import { patternedBytes } from "../../lib/bytes.mjs";

/** The key of {@link aesEnvelope}, by its seed. */
export function aesKeyring(seed = 7) {
  return rawAesKeyring({ namespace: "tests", name: "k", wrappingKey: patternedBytes(32, seed) });
}

/** @param {object} [options] of the envelope, beside its keyring */
export function aesEnvelope(options = {}) {
  return new Envelope({ keyring: aesKeyring(), ...options });
}
