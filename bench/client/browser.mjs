// SPDX-License-Identifier: Apache-2.0
/** The page of the client benchmark; `bench/client.mjs` calls these two functions. */
import { makeEnvelope, sealAndOpen } from "./edgekms.mjs";
import { PIECE, planOf, randomBytes } from "./plan.mjs";
import { runClient } from "./run.mjs";
import { webCrypto } from "./webcrypto.mjs";

globalThis.bench = {
  speed: (quick) => runClient("chromium", { "crypto.subtle AES-256-GCM": webCrypto }, { quick, say: console.log }),
  memory: (quick) => sealAndOpen(makeEnvelope(), randomBytes(PIECE), planOf(quick).stream),
};
