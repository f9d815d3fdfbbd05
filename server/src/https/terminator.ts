// SPDX-License-Identifier: Apache-2.0
/**
 * TLS before workerd, whose direct sockets have none. Bytes are passed on as they are, so the Host header and
 * everything else arrive as they were signed.
 */

import { connect, type AddressInfo, type Socket } from "node:net";
import { createServer } from "node:tls";

import { portInUse } from "../errors.js";
import type { Certificate } from "./certificate.js";

/** What listens by TLS. */
export interface Terminator {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Listens at `host` and `port` (0 for one that is free), and passes on to `inner`.
 *
 * @throws ServerError `PortInUse`.
 */
export async function terminateTls(
  { key, certificate: cert }: Certificate,
  { host, port, inner }: { host: string; port: number; inner: URL },
): Promise<Terminator> {
  const open = new Set<Socket>();
  const server = createServer({ key, cert, ALPNProtocols: ["http/1.1"] }, (outside) => {
    const inside = connect(Number(inner.port), inner.hostname);
    open.add(outside).add(inside);
    // An error is of no interest: whoever called has gone, or sees a connection that ends.
    outside.on("error", () => {}).once("close", () => {
      open.delete(outside);
      inside.destroy();
    });
    // What the worker has sent is sent on, although it has gone.
    inside.on("error", () => {}).once("close", () => {
      open.delete(inside);
      outside.end();
    });
    outside.pipe(inside).pipe(outside);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(cause.code === "EADDRINUSE" ? portInUse(port, cause) : cause);
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
