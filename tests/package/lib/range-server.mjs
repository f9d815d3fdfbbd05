// SPDX-License-Identifier: Apache-2.0

import { once } from "node:events";
import { createServer } from "node:http";

/**
 * A server on loopback with one file, which knows Range requests as RFC 9110 has them. `state` may be changed while
 * it runs: the file, its tag, and `answer`, which may answer in the server's place.
 *
 * @param {import("node:test").TestContext} t
 * @param {Uint8Array} bytes
 */
export async function rangeServer(t, bytes) {
  const state = { bytes, etag: '"1"', answer: undefined, requests: [] };
  const server = createServer((request, response) => {
    state.requests.push(request.headers);
    if (state.answer?.(request, response, state.requests.length)) return;
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const { length } = state.bytes;
    const headers = { etag: state.etag, "accept-ranges": "bytes" };
    if (first === undefined) {
      response.writeHead(200, headers).end(state.bytes);
    } else if (Number(first) >= length) {
      response.writeHead(416, { ...headers, "content-range": `bytes */${length}` }).end();
    } else {
      const end = Math.min(Number(last) + 1, length);
      headers["content-range"] = `bytes ${first}-${end - 1}/${length}`;
      response.writeHead(206, headers).end(state.bytes.subarray(Number(first), end));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(state, { url: `http://127.0.0.1:${server.address().port}/film.sealed` });
}
