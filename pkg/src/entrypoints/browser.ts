// SPDX-License-Identifier: Apache-2.0
/** Browsers and bundlers: the files are fetched at the first use. */

import { once, provideRuntime } from "../runtime.js";
import { fetchCore } from "../core/load.js";
import { coreUrl, extraUrl } from "../wasm-urls.js";

provideRuntime({
  name: "browser",
  concurrentCalls: 16,
  core: once(() => fetchCore(coreUrl())),
  extra: once(async () => {
    const extra = await import("../wasm/edgekms_extra.js");
    await extra.default({ module_or_path: extraUrl() });
    return extra;
  }),
});

export * from "../index.js";
