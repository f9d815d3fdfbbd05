// SPDX-License-Identifier: Apache-2.0
/**
 * Node, Deno and Bun: the files are read, synchronously, at the first use. A bundle has no files
 * beside it; there the same bytes are in it as text.
 */

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

import type { Bytes } from "../bytes.js";
import { another } from "../core/another.js";
import { allocate, nodeCipher, nodeDigests } from "../engine/node.js";
import { nodeEcdsa } from "../engine/node-ecdsa.js";
import { decryptPkcs1, encryptPkcs1 } from "../engine/node-rsa.js";
import { EdgekmsError } from "../errors.js";
import { inflate } from "../inflate.js";
import { fromEnvironment } from "../kms/environment.js";
import { part } from "../part.js";
import { once, provideRuntime } from "../runtime.js";
import * as hot from "../wasm/edgekms.js";
import { wasmTrouble } from "../wasm-trouble.js";
import { coreUrl, extraUrl } from "../wasm-urls.js";

const inlined = once(async () => {
  const { default: text } = await import("../wasm/edgekms_inline.js");
  return hot.initSync({ module: await inflate(text) });
});

provideRuntime({
  name: "node",
  core(spent) {
    try {
      const again = another(spent);
      if (again !== undefined) return again;
      const module = read(coreUrl);
      return module === undefined ? inlined() : hot.initSync({ module });
    } catch (cause) {
      throw new EdgekmsError("WasmUnavailable", wasmTrouble(cause), { cause });
    }
  },
  extra: once(async () => {
    const extra = await import("../wasm/edgekms_extra.js");
    const module =
      read(extraUrl) ?? (await inflate((await import("../wasm/edgekms_extra_inline.js")).default));
    extra.initSync({ module });
    return extra;
  }),
  concurrentCalls: 64,
  files: () => part(() => import("../files/files.js")),
  settings: (given) => fromEnvironment(process.env, given, (path) => readFile(path, "utf8")),
  native: { cipher: nodeCipher, decryptPkcs1, encryptPkcs1, allocate, digests: nodeDigests, ecdsa: nodeEcdsa },
});

/** The file's content, unless there is no such file: bundlers leave it behind, or give its address another form. */
function read(address: () => URL): Bytes | undefined {
  try {
    return readFileSync(address());
  } catch {
    return undefined;
  }
}

export * from "../index.js";
