// SPDX-License-Identifier: Apache-2.0
/** Where a service is, and how patiently it is asked. */

import { checkedNumber, invalidArgument } from "../errors.js";
import type { Fetch } from "./transport.js";

const DEFAULT_TIMEOUT_MILLIS = 10_000;
const DEFAULT_ATTEMPTS = 4;

/** Where a service is and how patiently it is asked. */
export interface EndpointOptions {
  /** For example `https://kms.example.com`. Plain `http:` is for this machine alone: `http://127.0.0.1:8787`. */
  endpoint: string | URL;
  /**
   * Also takes `http:` to another machine, for a network that nobody else reads: plaintext data keys
   * travel on it. Default false.
   */
  allowPlainHttp?: boolean;
  /** Milliseconds for each attempt, from its sending to the end of its answer. Default 10,000. */
  timeoutMs?: number;
  /** With the first one. Default 4. */
  maxAttempts?: number;
  /**
   * The most calls that are under way at once; others wait for their turn, first come, first served.
   * Clients of one endpoint with the same number share it. Default 64 in Node, 16 in a browser; without
   * effect in Cloudflare Workers, which have a bound themselves.
   */
  maxConcurrentCalls?: number;
  /** Instead of the runtime's own. */
  fetch?: Fetch;
}

/** The same, checked. */
export interface Endpoint {
  readonly origin: string;
  readonly host: string;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly maxConcurrentCalls: number | undefined;
  readonly fetch: Fetch;
}

/** @throws EdgekmsError `InvalidArgument`, which names the option. */
export function endpointOf(options: EndpointOptions): Endpoint {
  const { timeoutMs, maxAttempts, maxConcurrentCalls } = options;
  const { origin, host } = urlOf(options);
  return {
    origin,
    host,
    timeoutMs: positive(timeoutMs ?? DEFAULT_TIMEOUT_MILLIS, "timeoutMs"),
    maxAttempts: positive(maxAttempts ?? DEFAULT_ATTEMPTS, "maxAttempts"),
    maxConcurrentCalls:
      maxConcurrentCalls === undefined || maxConcurrentCalls === Infinity
        ? maxConcurrentCalls
        : positive(maxConcurrentCalls, "maxConcurrentCalls"),
    // Called as a plain function: browsers and workerd refuse `fetch` with another `this`.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
  };
}

function urlOf({ endpoint, allowPlainHttp = false }: EndpointOptions): URL {
  let url: URL | undefined;
  try {
    url = new URL(endpoint);
  } catch {
    // Said below.
  }
  // Only scheme, host and port, or it is longer than its origin and a slash.
  if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw invalidArgument("endpoint must be a URL of scheme, host and port, as https://kms.example.com is");
  }
  if (url.protocol === "http:" && allowPlainHttp !== true && !isLoopback(url.hostname)) {
    throw invalidArgument(
      "endpoint must begin with https:// (http:// only on this machine, or with allowPlainHttp: true)",
    );
  }
  return url;
}

/** Whether what is sent there stays on this machine. The parser writes any form of an IPv4 address with dots. */
function isLoopback(hostname: string): boolean {
  if (hostname === "[::1]" || hostname === "localhost" || hostname.endsWith(".localhost")) return true;
  return /^127(\.\d+){3}$/.test(hostname);
}

/**
 * A number of milliseconds, attempts or calls. Timers count in 31 bits, and take a longer time for no time at all.
 *
 * @throws EdgekmsError `InvalidArgument`, which names the option.
 */
export function positive(value: number, name: string): number {
  return checkedNumber(value, name, 2 ** 31 - 1);
}
