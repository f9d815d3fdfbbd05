// SPDX-License-Identifier: Apache-2.0
/**
 * One file of JavaScript and nothing beside it, for wherever another file is in the way: both
 * WebAssembly modules are in it as text.
 *
 * scripts/bundle.mjs makes dist/inline.js of it.
 */

import { another } from "../core/another.js";
import { inflate } from "../inflate.js";
import { once, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import coreText from "../wasm/edgekms_inline.js";
import * as extra from "../wasm/edgekms_extra.js";
import extraText from "../wasm/edgekms_extra_inline.js";

provideRuntime({
  name: "browser",
  concurrentCalls: 16,
  core: once(async (spent) => another(spent) ?? hot.default({ module_or_path: await inflate(coreText) })),
  extra: once(async () => {
    await extra.default({ module_or_path: await inflate(extraText) });
    return extra;
  }),
});

export * from "../index.js";
