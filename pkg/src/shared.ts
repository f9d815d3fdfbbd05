// SPDX-License-Identifier: Apache-2.0
/**
 * What every page has and its parts use, each module named once by one of its exports.
 *
 * A bundler that splits code (esbuild) puts a module into a file of its own for each set of parts that share it.
 * Parts that differ in what they import would have a page download ten small files, which compress worse: 1.2 kB
 * in all. A part that re-exports {@link SHARED} shares all of these, so that they are one file. Others than
 * bundlers gain and lose nothing: the modules are loaded anyway.
 */

export { utf8 } from "./bytes.js";
export { toPairs } from "./context.js";
export { core } from "./core/core.js";
export { FieldReader } from "./core/fields.js";
export { Opening } from "./core/opening.js";
export { policyNumber } from "./core/policy.js";
export { Sealing } from "./core/sealing.js";
export { worded } from "./core/words.js";
export { chooseEngine } from "./engine/choose.js";
export { frameNotAuthentic } from "./engine/failure.js";
export { cipherOf } from "./engine/make.js";
export { release } from "./engine/release.js";
export { wasmCipher } from "./engine/wasm.js";
export { subtle } from "./engine/webcrypto.js";
export { signatures } from "./envelope/data-key.js";
export { DEFAULT_FRAME_LENGTH } from "./envelope/frame-length.js";
export { openedHeader } from "./envelope/inspect.js";
export { openWhole } from "./envelope/open.js";
export { sealWhole } from "./envelope/seal.js";
export { EdgekmsError } from "./errors.js";
export { workOf } from "./keyring/keyring.js";
export { toWire } from "./kms/fields.js";
export { fromPem } from "./kms/pem.js";
export { Remembered } from "./kms/remembered.js";
export { orAborted } from "./kms/retry.js";
export { after } from "./maybe.js";
export { part } from "./part.js";
export { runtime } from "./runtime.js";
export { duplex } from "./stream/duplex.js";

/** Says that a module is a part. */
export const SHARED = true;
