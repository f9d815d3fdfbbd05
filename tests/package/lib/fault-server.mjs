// SPDX-License-Identifier: Apache-2.0

/**
 * A server that answers as a script says, for what a healthy worker never does: throttle, hang,
 * break the connection, tell another time. It notes every request.
 */

import { once } from "node:events";
import { createServer } from "node:http";

/** A KMS error in Alibaba's shape. */
export function failure(status, Code, headers = {}) {
  const body = { RequestId: "11111111-2222-4333-8444-555555555555", Code, Message: `because ${Code}` };
  return { status, headers, body: JSON.stringify(body) };
}

/** A successful answer. */
export function success(fields = {}) {
  return { status: 200, headers: {}, body: JSON.stringify({ RequestId: "ok", ...fields }) };
}

/** Closes the connection without an answer. */
export const BREAK = Symbol("break");
/** Never answers. */
export const HANG = Symbol("hang");

/**
 * Starts it; each request takes the next answer of the script, the last one again and again.
 *
 * @param {(object | symbol | ((request: object) => object))[]} script
 */
export async function faultServer(script) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const noted = { headers: request.headers, url: request.url, params: new URLSearchParams(body) };
    requests.push(noted);
    const planned = script[Math.min(requests.length, script.length) - 1];
    if (planned === BREAK) return request.socket.destroy();
    if (planned === HANG) return undefined;
    const answer = typeof planned === "function" ? planned(noted) : planned;
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    return response.end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
