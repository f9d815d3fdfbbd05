// SPDX-License-Identifier: Apache-2.0
/**
 * For a page's own `<script type="module">`, under an integrity hash: the hot module is in the file as text, so that
 * one hash covers what every page runs and a Content-Security-Policy needs no `connect-src`. The second module, three
 * times as large as all the rest, stays a file beside it, whose hash is in here.
 *
 * scripts/bundle.mjs makes dist/edgekms.min.js of it.
 */

import { inflate } from "../inflate.js";
import { once, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import coreText from "../wasm/edgekms_inline.js";
import * as extra from "../wasm/edgekms_extra.js";
import { extraUrl } from "../wasm-urls.js";

/** The hash of the second module's file, as `integrity` has it; put in by scripts/bundle.mjs. */
declare const EXTRA_INTEGRITY: string;

provideRuntime({
  name: "browser",
  concurrentCalls: 16,
  core: once(async () => hot.default({ module_or_path: await inflate(coreText) })),
  extra: once(async () => {
    await extra.default({ module_or_path: fetch(extraUrl(), { integrity: EXTRA_INTEGRITY }) });
    return extra;
  }),
});

export * from "../index.js";
