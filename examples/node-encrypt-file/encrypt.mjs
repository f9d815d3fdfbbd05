#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * Seals a file by stream: `node encrypt.mjs FILE [FILE.sealed] [name=value ...]`
 *
 * Only a few frames are in memory at a time, so the file may be of any size.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

import { finishWhole, readArguments } from "./files.mjs";
import { envelope } from "./kms.mjs";
import { progressBar } from "./progress-bar.mjs";

const { input, output, encryptionContext } = readArguments({
  usage: "node encrypt.mjs FILE [OUTPUT] [name=value ...]",
  name: (file) => `${file}.sealed`,
});
const { size } = await stat(input);
const bar = progressBar("Sealing", size);

await finishWhole(output, (part) =>
  pipeline(
    createReadStream(input, { highWaterMark: 1 << 20 }),
    envelope().encryptStream({ encryptionContext, onProgress: bar.update }),
    createWriteStream(part, { mode: 0o600 }),
  ),
);
bar.finish(output);
