// SPDX-License-Identifier: Apache-2.0
/** From here to the KMS: its name, its certificate, and whether it is one. */

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { connect } from "node:tls";

import { check, type Finding } from "./finding.js";

/** An answer to a question that nobody signs. */
export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** When it was asked for and when it was there, by this machine's clock. */
  readonly asked: number;
  readonly answered: number;
}

const WITHIN_MILLIS = 10_000;
const MOST_CHARACTERS = 4 * 1024 * 1024;
const DAY_MILLIS = 86_400_000;
/** A certificate is renewed before: whose is not, has nobody who does it. */
const CERTIFICATE_DAYS = 14;

/** Asks for a page; what went wrong is told as undefined, since the network's own checks say more. */
export async function pageOf(url: URL, init: RequestInit = {}): Promise<Page | undefined> {
  const asked = Date.now();
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(WITHIN_MILLIS), ...init });
    const answered = Date.now();
    const text = (await answer.text()).slice(0, MOST_CHARACTERS);
    return { status: answer.status, headers: answer.headers, text, asked, answered };
  } catch {
    return undefined;
  }
}

/** The URL itself: what it names, and how it is reached. */
export function urlFinding(endpoint: string, from: string): Finding {
  const { ok, failed } = check("endpoint");
  const form = "It is a scheme, a host and perhaps a port: https://kms.example.com";
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return failed(`'${endpoint}', of ${from}, is no URL`, form);
  if (url.href !== `${url.origin}/`) return failed(`${endpoint}, of ${from}, has more than an origin`, form);
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return failed(`${url.origin}, of ${from}, is plain http to another machine`, "Use https: plaintext keys travel on it.");
  }
  return ok(`${url.origin}, of ${from}`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

/** Whether the host's name stands for an address. */
export async function nameFinding({ hostname }: URL): Promise<Finding> {
  const { ok, failed } = check("name");
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return ok(`${host} is an address`);
  try {
    const addresses = await lookup(host, { all: true });
    return ok(`${host} is ${addresses.map(({ address }) => address).join(", ")}`);
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    return failed(`${host} is not found (${code})`, "Check the URL, and this machine's DNS; a new custom domain takes minutes.");
  }
}

/** Whether its certificate is trusted here, and for how long it is. */
export async function certificateFinding(url: URL): Promise<Finding> {
  const { ok, warning, failed, skipped } = check("certificate");
  if (url.protocol === "http:") return skipped("plain http has none", "On this machine alone that is well.");
  const found = await certificateOf(url);
  if ("trouble" in found) {
    return failed(`no TLS with ${url.host} (${found.trouble})`, "Does it speak https on this port? Is there a proxy in between?");
  }
  if (found.refusal !== undefined) {
    return failed(
      `the certificate of ${url.host} is not trusted (${found.refusal})`,
      "One of your own authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem. An expired one: renew it. Another host's: check the URL.",
    );
  }
  const days = Math.floor((found.until - Date.now()) / DAY_MILLIS);
  const until = new Date(found.until).toISOString().slice(0, 10);
  if (days < CERTIFICATE_DAYS) return warning(`the certificate is good until ${until} alone`, "Renew it, or see why nobody does.");
  return ok(`trusted, until ${until}`);
}

type Certificate = { readonly refusal: string | undefined; readonly until: number } | { readonly trouble: string };

function certificateOf({ hostname, port }: URL): Promise<Certificate> {
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    // What is not trusted is looked at as well; nothing is sent.
    const socket = connect({
      host,
      port: Number(port || 443),
      rejectUnauthorized: false,
      timeout: WITHIN_MILLIS,
      ...(isIP(host) === 0 && { servername: host }),
    });
    const end = (certificate: Certificate) => {
      socket.destroy();
      resolve(certificate);
    };
    socket.once("secureConnect", () => {
      const refusal = socket.authorized ? undefined : String(socket.authorizationError);
      end({ refusal, until: Date.parse(socket.getPeerCertificate().valid_to) });
    });
    socket.once("timeout", () => end({ trouble: "no answer" }));
    socket.once("error", (error: NodeJS.ErrnoException) => end({ trouble: error.code ?? "unknown" }));
  });
}
