// SPDX-License-Identifier: Apache-2.0
/**
 * For a page's own `<script type="module">`, under an integrity hash: the hot module is in the file as text, so that
 * one hash covers what every page runs and a Content-Security-Policy needs no `connect-src`. The second and the
 * third module, several times as large as all the rest, stay files beside it, whose hashes are in here.
 *
 * scripts/bundle.mjs makes dist/edgekms.min.js of it.
 */

import { another } from "../core/another.js";
import { inflate } from "../inflate.js";
import { bound, once, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import coreText from "../wasm/edgekms_inline.js";
import * as api from "../wasm/edgekms_api.js";
import * as extra from "../wasm/edgekms_extra.js";
import { apiUrl, extraUrl } from "../wasm-urls.js";

/** The hashes of these files, as `integrity` has them; put in by scripts/bundle.mjs. */
declare const EXTRA_INTEGRITY: string;
declare const API_INTEGRITY: string;

provideRuntime({
  name: "browser",
  concurrentCalls: 16,
  core: once(async (spent) => another(spent) ?? hot.default({ module_or_path: await inflate(coreText) })),
  extra: bound(async () => extra, () => fetch(extraUrl(), { integrity: EXTRA_INTEGRITY })),
  api: bound(async () => api, () => fetch(apiUrl(), { integrity: API_INTEGRITY })),
});

export * from "../index.js";
