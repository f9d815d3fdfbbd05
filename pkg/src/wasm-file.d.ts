// SPDX-License-Identifier: Apache-2.0
/**
 * What `edgekms/edgekms.wasm`, `edgekms/edgekms_extra.wasm` and `edgekms/edgekms_api.wasm` are to a bundler that
 * was told how to load them: an address, bytes, or a compiled module. `init` of `edgekms/slim` takes any of them.
 */

import type { WasmSource } from "./entrypoints/slim.js";

declare const file: WasmSource;

export default file;
