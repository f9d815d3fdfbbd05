// SPDX-License-Identifier: Apache-2.0
/** Browsers and bundlers: the files are fetched at the first use. */

import { bound, once, provideRuntime } from "../runtime.js";
import { fetchCore } from "../core/load.js";
import { apiUrl, coreUrl, extraUrl } from "../wasm-urls.js";

provideRuntime({
  name: "browser",
  concurrentCalls: 16,
  core: once(() => fetchCore(coreUrl())),
  extra: bound(() => import("../wasm/edgekms_extra.js"), extraUrl),
  api: bound(() => import("../wasm/edgekms_api.js"), apiUrl),
});

export * from "../index.js";
