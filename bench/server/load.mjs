// SPDX-License-Identifier: Apache-2.0
/**
 * The load, a process of its own so that it does not share a thread with anything that it measures.
 *
 * `bench/server.mjs` sends it one task at a time: sign `count` requests, then send them over
 * `connections` connections until they are used up or `milliseconds` have passed. So it is bounded
 * in both, and it talks to one loopback address.
 */
import { Connection } from "./connection.mjs";
import { signedRequests } from "./signed-requests.mjs";

process.on("message", async (task) => {
  try {
    process.send(await run(task));
  } catch (error) {
    process.send({ error: error.message });
  }
});

async function run({ address, credentials, call, count, connections, milliseconds }) {
  const { host, hostname, port } = new URL(address);
  const requests = signedRequests({ host, credentials }, call, count);
  const open = () => Connection.open(hostname, Number(port));
  const lines = await Promise.all(Array.from({ length: connections }, open));
  const took = [];
  let next = 0;
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
          if (status !== 200) throw new Error(`${call.action}: status ${status}: ${body.toString().slice(0, 300)}`);
        }
      }),
    );
  } finally {
    for (const line of lines) line.close();
  }
  const seconds = (performance.now() - began) / 1000;
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
  return { rate: took.length / seconds, p50: at(0.5), p99: at(0.99) };
}
