// SPDX-License-Identifier: Apache-2.0
/** `fetch` as far as a client needs it, for a server whose authority nobody else knows. */

import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";

import type { Fetch } from "../kms/transport.js";

/**
 * Trusts the authority in the PEM file, and no other. Node's own `fetch` can be told of one only for the whole
 * process, and before it starts.
 */
export function fetchTrusting(authorityFile: string): Fetch {
  const agent = new Agent({ ca: readFileSync(authorityFile, "utf8"), keepAlive: true });
  return (url, { method = "GET", headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const sent = request(
        url,
        { method, agent, headers: Object.fromEntries(new Headers(headers)), ...(signal ? { signal } : {}) },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part)).on("error", reject);
          answer.on("end", () => {
            const received = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
            resolve(new Response(Buffer.concat(parts), { status: answer.statusCode ?? 0, headers: received }));
          });
        },
      );
      sent.on("error", reject);
      // A client's body is a text.
      sent.end(typeof body === "string" ? body : undefined);
    });
}
