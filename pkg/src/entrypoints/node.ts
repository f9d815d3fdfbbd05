// SPDX-License-Identifier: Apache-2.0
/** Node, Deno and Bun: the files are read, synchronously, at the first use. */

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { allocate, nodeCipher, nodeDigests } from "../engine/node.js";
import { nodeEcdsa } from "../engine/node-ecdsa.js";
import { decryptPkcs1 } from "../engine/node-rsa.js";
import { EdgekmsError } from "../errors.js";
import { fromEnvironment } from "../kms/environment.js";
import { once, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import { wasmTrouble } from "../wasm-trouble.js";
import { coreUrl, extraUrl } from "../wasm-urls.js";

provideRuntime({
  name: "node",
  core() {
    try {
      return hot.initSync({ module: readFileSync(coreUrl()) });
    } catch (cause) {
      throw new EdgekmsError("WasmUnavailable", wasmTrouble(cause), { cause });
    }
  },
  extra: once(async () => {
    const extra = await import("../wasm/edgekms_extra.js");
    extra.initSync({ module: readFileSync(extraUrl()) });
    return extra;
  }),
  concurrentCalls: 64,
  settings: (given) => fromEnvironment(process.env, given, (path) => readFile(path, "utf8")),
  native: { cipher: nodeCipher, decryptPkcs1, allocate, digests: nodeDigests, ecdsa: nodeEcdsa },
});

export * from "../index.js";
