// SPDX-License-Identifier: Apache-2.0
/** What keyrings need of the flat core, until it is here. */

import type { Bytes } from "../bytes.js";
import type { RawAesKey } from "../keyring/materials.js";

/** Makes a raw AES wrapping key inside the core. */
export function rawAesKey(namespace: string, name: string, key: Bytes | Uint8Array): RawAesKey;
