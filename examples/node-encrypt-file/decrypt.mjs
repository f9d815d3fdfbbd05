#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * Opens a sealed file by stream: `node decrypt.mjs FILE.sealed [FILE] [name=value ...]`
 *
 * Pairs given are pairs expected: the file opens only if it was sealed with them. Each frame is
 * written when it is authenticated; the result gets its name only when the last one is.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

import { finishWhole, readArguments } from "./files.mjs";
import { envelope } from "./kms.mjs";
import { progressBar } from "./progress-bar.mjs";

const { input, output, encryptionContext } = readArguments({
  usage: "node decrypt.mjs FILE.sealed [OUTPUT] [name=value ...]",
  name: (file) => (file.endsWith(".sealed") ? file.slice(0, -".sealed".length) : `${file}.opened`),
});
const { size } = await stat(input);
const bar = progressBar("Opening", size);

await finishWhole(output, (part) =>
  pipeline(
    createReadStream(input, { highWaterMark: 1 << 20 }),
    envelope().decryptStream({ encryptionContext, onProgress: bar.update }),
    createWriteStream(part, { mode: 0o600 }),
  ),
);
bar.finish(output);
