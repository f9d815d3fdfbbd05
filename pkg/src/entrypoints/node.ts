// SPDX-License-Identifier: Apache-2.0
/** Node, Deno and Bun: the files are read, synchronously, at the first use. */

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { allocate, nodeCipher } from "../engine/node.js";
import { decryptPkcs1 } from "../engine/node-rsa.js";
import { fromEnvironment } from "../kms/environment.js";
import { once, provideRuntime } from "../runtime.js";
import * as core from "../wasm/edgekms.js";
import { coreUrl, extraUrl } from "../wasm-urls.js";

let started = false;

provideRuntime({
  name: "node",
  bindings() {
    if (!started) core.initSync({ module: readFileSync(coreUrl()) });
    started = true;
    return core;
  },
  signing: once(async () => {
    const signing = await import("../wasm/edgekms_extra.js");
    signing.initSync({ module: readFileSync(extraUrl()) });
    return signing;
  }),
  settings: (given) => fromEnvironment(process.env, given, (path) => readFile(path, "utf8")),
  native: { cipher: nodeCipher, decryptPkcs1, allocate },
});

export * from "../index.js";
