// SPDX-License-Identifier: Apache-2.0
/** Builds the page and serves it, with the sealed films in `films/`: `node dev.mjs`. */
import { fileURLToPath } from "node:url";

import { preview } from "vite";

import { buildPage } from "./build.mjs";

await buildPage();
const server = await preview({ root: fileURLToPath(new URL(".", import.meta.url)) });
server.printUrls();
