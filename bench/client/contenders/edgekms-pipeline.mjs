// SPDX-License-Identifier: Apache-2.0
/** Ours from file to file by its streams in Node's `pipeline`. */
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

import { PIECE } from "../plan.mjs";
import { makeEnvelope } from "./edgekms.mjs";

const blocks = { highWaterMark: PIECE };

export async function files() {
  const envelope = makeEnvelope();
  return {
    seal: (from, to) => pipeline(createReadStream(from, blocks), envelope.encryptStream(), createWriteStream(to, blocks)),
    open: (from, to) => pipeline(createReadStream(from, blocks), envelope.decryptStream(), createWriteStream(to, blocks)),
  };
}
