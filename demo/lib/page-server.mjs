// SPDX-License-Identifier: Apache-2.0
/** Serves one folder of built files on loopback, as any static host would. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * @param {string} folder what to serve; nothing outside it can be reached.
 * @param {Record<string, string>} [headers] sent with every file, such as `content-security-policy`.
 * @returns `{ origin, stop() }`.
 */
export async function servePage(folder, headers = {}) {
  const root = resolve(folder);
  const server = createServer((request, response) => {
    answer(root, headers, request, response).catch(() => response.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function answer(root, headers, request, response) {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const path = normalize(join(root, decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname)));
  const inside = path === root || path.startsWith(root + sep);
  const found = inside ? await stat(path).catch(() => undefined) : undefined;
  if (!found?.isFile()) {
    response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
    return;
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(path)] ?? "application/octet-stream",
    "content-length": found.size,
    "cache-control": "no-store",
    ...headers,
  });
  createReadStream(path).pipe(response);
}
