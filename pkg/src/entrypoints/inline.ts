// SPDX-License-Identifier: Apache-2.0
/**
 * One file of JavaScript and nothing beside it, for wherever another file is in the way: all
 * WebAssembly modules are in it as text.
 *
 * scripts/bundle.mjs makes dist/inline.js of it.
 */

import { another } from "../core/another.js";
import { inflate } from "../inflate.js";
import { bound, once, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import coreText from "../wasm/edgekms_inline.js";
import * as api from "../wasm/edgekms_api.js";
import apiText from "../wasm/edgekms_api_inline.js";
import * as extra from "../wasm/edgekms_extra.js";
import extraText from "../wasm/edgekms_extra_inline.js";

provideRuntime({
  name: "browser",
  concurrentCalls: 16,
  core: once(async (spent) => another(spent) ?? hot.default({ module_or_path: await inflate(coreText) })),
  extra: bound(async () => extra, () => inflate(extraText)),
  api: bound(async () => api, () => inflate(apiText)),
});

export * from "../index.js";
