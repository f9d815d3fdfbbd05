// SPDX-License-Identifier: Apache-2.0
/**
 * The load, a process of its own so that it does not share a thread with anything that it measures.
 *
 * `bench/server.mjs` sends it one task at a time: make the requests, say "ready", then send them over
 * `connections` connections until they are used up or `milliseconds` have passed. So it is bounded
 * in both, and it talks to one loopback address.
 */
import { once } from "node:events";

import { signedRequests } from "./calls.mjs";
import { Connection } from "./connection.mjs";

process.on("message", async (task) => {
  if (task === "go") return;
  try {
    process.send(await run(task));
  } catch (error) {
    process.send({ error: error.message });
  }
});

async function run({ address, call, request, expected, count, connections, milliseconds, ...target }) {
  const { host, hostname, port } = new URL(address);
  // One without a signature of ours may come again as it is.
  const requests = call
    ? signedRequests({ host, ...target }, call, count)
    : Array.from({ length: count }).fill(Buffer.from(request, "base64"));
  const open = () => Connection.open(hostname, Number(port));
  const lines = await Promise.all(Array.from({ length: connections }, open));
  process.send("ready");
  await once(process, "message");
  const took = [];
  let next = 0;
  let longest = 0;
  const began = performance.now();
  const deadline = began + milliseconds;
  try {
    await Promise.all(
      lines.map(async (line) => {
        while (next < requests.length && performance.now() < deadline) {
          const request = requests[next];
          next += 1;
          const sent = performance.now();
          const { status, body } = await line.send(request);
          took.push(performance.now() - sent);
          longest = Math.max(longest, body.length);
          const wanted = call ? 200 : expected;
          const isExpected = wanted ? status === wanted : status >= 400 && status < 500;
          if (!isExpected) throw new Error(`status ${status}: ${body.toString().slice(0, 300)}`);
        }
      }),
    );
  } finally {
    for (const line of lines) line.close();
  }
  const seconds = (performance.now() - began) / 1000;
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
  return { count: took.length, longest, rate: took.length / seconds, p50: at(0.5), p99: at(0.99) };
}
