// SPDX-License-Identifier: Apache-2.0

/** The built package on loopback, as a page without a bundler has it, and a page that uses it. */

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";

const PACKAGE = new URL("../../pkg/dist/", import.meta.url);
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

/**
 * @param {string} module the page's module; the package is beside it
 * @param {(path: string) => { status?: number, headers?: object, body?: string } | undefined | false} change
 *   what is answered otherwise
 */
export async function servePackage(module, change = () => undefined) {
  const server = createServer(async (request, response) => {
    const path = request.url.slice(1);
    const changed = change(path);
    if (changed) return response.writeHead(changed.status ?? 200, changed.headers).end(changed.body ?? "");
    if (path === "page.html") return response.end('<!doctype html><script type="module" src="page.mjs"></script>');
    const body = path === "page.mjs" ? module : await readFile(new URL(path, PACKAGE)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, { "content-type": TYPES[extname(path)] ?? "text/html" });
    return response.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
