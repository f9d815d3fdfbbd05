// SPDX-License-Identifier: Apache-2.0
/**
 * As in a page, and one file: a service worker must not import anything after it was installed. The
 * WebAssembly files are still fetched at their first use.
 *
 * scripts/bundle.mjs makes dist/all.js of it.
 */

import { another } from "../core/another.js";
import { once, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import * as extra from "../wasm/edgekms_extra.js";
import { coreUrl, extraUrl } from "../wasm-urls.js";

provideRuntime({
  name: "browser",
  concurrentCalls: 16,
  core: once(async (spent) => another(spent) ?? hot.default({ module_or_path: coreUrl() })),
  extra: once(async () => {
    await extra.default({ module_or_path: extraUrl() });
    return extra;
  }),
});

export * from "../index.js";
