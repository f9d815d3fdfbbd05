// SPDX-License-Identifier: Apache-2.0
/** What of the client no keyring needs: one part, which a page downloads when it first uses some of it. */

export { act } from "./actions.js";
export { AsymmetricKeys } from "./asymmetric.js";
export { importKey } from "./import.js";
export { encrypt, verify } from "./public-key-use.js";
export { SHARED } from "../shared.js";
