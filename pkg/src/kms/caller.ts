// SPDX-License-Identifier: Apache-2.0
/** A call from its fields to its answer: signed in Rust, sent by `fetch`, retried with care. */

import type { SignedRequest } from "../core/bindings.js";
import type { CallOptions } from "./call-options.js";
import type { Credentials, CredentialSource } from "../credentials/source.js";
import type { Protocol } from "./dialect.js";
import { EdgekmsError, invalidArgument } from "../errors.js";
import { fromWire, toWire } from "./fields.js";
import { askedDelay, orAborted, pause, retryDelay } from "./retry.js";
import { runtime } from "../runtime.js";
import { type Answer, type Fetch, send } from "./transport.js";

const DEFAULT_TIMEOUT_MILLIS = 10_000;
const DEFAULT_ATTEMPTS = 4;

/** Where a service is and how patiently it is asked. */
export interface EndpointOptions {
  /** For example `https://kms.example.com`. Plain `http:` is for this machine alone: `http://127.0.0.1:8787`. */
  endpoint: string | URL;
  /** For each attempt. Default 10,000. */
  timeoutMs?: number;
  /** With the first one. Default 4. */
  maxAttempts?: number;
  /** Instead of the runtime's own. */
  fetch?: Fetch;
}

/** Calls actions of one endpoint. */
export class Caller {
  readonly #protocol: Protocol;
  readonly #origin: string;
  readonly #host: string;
  readonly #region: string | undefined;
  readonly #credentials: CredentialSource | undefined;
  readonly #timeoutMs: number;
  readonly #maxAttempts: number;
  readonly #fetch: Fetch;
  /** Server's clock minus ours, learnt from an answer that called our time wrong. */
  #clockOffsetMillis = 0;

  /** Without credentials, calls are not signed; the protocol must have a form for that. */
  constructor(
    protocol: Protocol,
    options: EndpointOptions,
    region: string | undefined,
    credentials: CredentialSource | undefined,
  ) {
    this.#protocol = protocol;
    const url = originOf(options.endpoint);
    this.#origin = url.origin;
    this.#host = url.host;
    this.#region = region;
    this.#credentials = credentials;
    this.#timeoutMs = positive(options.timeoutMs ?? DEFAULT_TIMEOUT_MILLIS, "timeoutMs");
    this.#maxAttempts = positive(options.maxAttempts ?? DEFAULT_ATTEMPTS, "maxAttempts");
    // Called as a plain function: browsers and workerd refuse `fetch` with another `this`.
    this.#fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  /** All attempts of one call. `repeatable`: a second time does no harm. */
  async call(name: string, repeatable: boolean, request: object, options: CallOptions = {}) {
    const fields = toWire(request);
    const maxAttempts = positive(options.maxAttempts ?? this.#maxAttempts, "maxAttempts");
    const corrected = { credentials: false, clock: false };
    for (let attempt = 1; ; ) {
      let answer: Answer | undefined;
      try {
        const credentials = await this.#current(options.signal);
        const signed = await this.#sign(name, fields, credentials);
        const limits = { timeoutMs: this.#timeoutMs, signal: options.signal };
        answer = await send(this.#fetch, this.#origin, signed, limits);
        if (answer.status >= 200 && answer.status < 300) {
          return fromWire(this.#protocol.success(answer));
        }
        const error = this.#errorOf(answer);
        if (this.#correct(error, answer, credentials, corrected)) continue;
        throw error;
      } catch (error) {
        if (attempt >= maxAttempts) throw error;
        const asked = answer && askedDelay(answer.headers);
        const delay = retryDelay(error, attempt, repeatable, asked);
        if (delay === undefined) throw error;
        await pause(delay, options.signal);
        attempt += 1;
      }
    }
  }

  /** The credentials of this attempt. A caller who gives up waiting leaves the fetch to the others. */
  async #current(signal: AbortSignal | undefined): Promise<Credentials | undefined> {
    return this.#credentials && orAborted(this.#credentials.current(), signal);
  }

  /** Signs with a fresh nonce and the server's time, for this attempt only. */
  async #sign(
    action: string,
    fields: [name: string, value: unknown][],
    credentials: Credentials | undefined,
  ): Promise<SignedRequest> {
    const now = new Date(Date.now() + this.#clockOffsetMillis);
    const asked = {
      ...this.#protocol.ask(fields, this.#region),
      action,
      date: this.#protocol.date(now.toISOString().replace(/\.\d+Z$/, "Z")),
      nonce: crypto.randomUUID(),
    };
    if (credentials === undefined) return this.#unsigned(asked);
    const { signRequest } = await runtime().bindings();
    const { accessKeyId, accessKeySecret, securityToken } = credentials;
    return signRequest({
      ...asked,
      host: this.#host,
      accessKeyId,
      accessKeySecret,
      ...(securityToken === undefined ? {} : { securityToken }),
    });
  }

  #unsigned(asked: Parameters<NonNullable<Protocol["unsigned"]>>[0]): SignedRequest {
    const { unsigned } = this.#protocol;
    if (unsigned === undefined) throw invalidArgument("credentials are missing");
    return unsigned(asked);
  }

  /** Mends what an error shows to be wrong on our side, once each; true if it did. */
  #correct(
    { code }: EdgekmsError,
    answer: Answer,
    used: Credentials | undefined,
    corrected: { credentials: boolean; clock: boolean },
  ): boolean {
    const { tokenExpired, clockIsOff } = this.#protocol;
    if (code === tokenExpired && used !== undefined && !corrected.credentials) {
      corrected.credentials = true;
      return this.#credentials?.expire(used) === true;
    }
    const [codes, beyondMillis] = clockIsOff;
    if (codes.includes(code) && !corrected.clock) {
      corrected.clock = true;
      const offset = Date.parse(answer.headers.get("date") ?? "") - Date.now();
      if (!(Math.abs(offset - this.#clockOffsetMillis) > beyondMillis)) return false;
      this.#clockOffsetMillis = offset;
      return true;
    }
    return false;
  }

  /** The server's error. */
  #errorOf(answer: Answer): EdgekmsError {
    const { status } = answer;
    const { code, message, requestId } = this.#protocol.failure(answer);
    if (typeof code !== "string" || code === "") {
      const text = `the answer (status ${status}) names no error; is \`endpoint\` a KMS?`;
      return new EdgekmsError("InvalidAnswer", text, { status });
    }
    return new EdgekmsError(code, typeof message === "string" ? message : code, {
      status,
      requestId: typeof requestId === "string" ? requestId : undefined,
    });
  }
}

function originOf(endpoint: string | URL): URL {
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch {
    throw invalidArgument("endpoint must be a URL, for example https://kms.example.com");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalidArgument("endpoint must begin with https:// or http://");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw invalidArgument("endpoint must begin with https://; http:// is for this machine alone");
  }
  if (url.pathname !== "/" || url.search !== "" || url.username !== "" || url.password !== "") {
    throw invalidArgument("endpoint must be only scheme, host and port");
  }
  return url;
}

/** Whether what is sent there stays on this machine. The parser writes any form of an IPv4 address with dots. */
function isLoopback(hostname: string): boolean {
  if (hostname === "[::1]" || hostname === "localhost" || hostname.endsWith(".localhost")) return true;
  return /^127(\.\d+){3}$/.test(hostname);
}

function positive(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 1) {
    throw invalidArgument(`${name} must be a whole number of at least 1`);
  }
  return value;
}
