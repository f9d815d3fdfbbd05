// SPDX-License-Identifier: Apache-2.0
/**
 * What an envelope does for texts, objects, look-ups and many messages, and what it says of sizes: one part, which a
 * page downloads when it first uses some of it.
 */

export { decryptJson, encryptJson } from "./json.js";
export { createLookupKey, openLookup } from "./lookup.js";
export { decryptMany, encryptMany } from "./many.js";
export { decryptFields, encryptFields } from "./object-fields.js";
export { sealedSizeOf } from "./sealed-size.js";
export { decryptText, encryptText } from "./text.js";
export { SHARED } from "../shared.js";
