// SPDX-License-Identifier: Apache-2.0
/** Serves the page while you change it, and hands its questions to the broker: `node dev.mjs`. */
import { fileURLToPath } from "node:url";

import { createServer } from "vite";

const server = await createServer({ root: fileURLToPath(new URL(".", import.meta.url)) });
await server.listen();
server.printUrls();
