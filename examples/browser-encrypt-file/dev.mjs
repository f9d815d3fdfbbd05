// SPDX-License-Identifier: Apache-2.0
/** Serves the page while you change it: `node dev.mjs`. */
import { fileURLToPath } from "node:url";

import { createServer } from "vite";

const server = await createServer({ root: fileURLToPath(new URL(".", import.meta.url)) });
await server.listen();
server.printUrls();
