// SPDX-License-Identifier: Apache-2.0
/** A call from its fields to its answer: signed, sent by `fetch`, retried with care. */

import { hex } from "../bytes.js";
import type { CallOptions } from "./call-options.js";
import { digests } from "../core/core.js";
import type { Credentials, CredentialSource } from "../credentials/source.js";
import type { Cloud, Protocol } from "./dialect.js";
import { type Endpoint, type EndpointOptions, endpointOf, positive } from "./endpoint.js";
import { checkedOptions, EdgekmsError, invalidArgument } from "../errors.js";
import { type Field, fromWire, toWire } from "./fields.js";
import { throughGate } from "./gate.js";
import type { Mendable, Mended } from "./mend.js";
import { askedDelay, orAborted, pause, retryDelay } from "./retry.js";
import { runtime } from "../runtime.js";
import { Signer } from "./signing.js";
import { type Answer, notOfKms, send } from "./transport.js";
import type { Failed } from "./trouble.js";

/** Calls actions of one endpoint. */
export class Caller {
  readonly #protocol: Cloud["protocol"];
  readonly #endpoint: Endpoint;
  readonly #region: string | undefined;
  readonly #mendable: Mendable;

  /** Without credentials, calls are not signed; the protocol must have a form for that. */
  constructor(
    protocol: Cloud["protocol"],
    options: EndpointOptions,
    region: string | undefined,
    credentials: CredentialSource | undefined,
  ) {
    this.#protocol = protocol;
    this.#endpoint = endpointOf(options);
    this.#region = region;
    this.#mendable = { clockOffset: 0, credentials };
  }

  /** Calls an action whose fields need no table, and that may be sent twice. */
  async ask(name: string, request: object, options?: CallOptions): Promise<unknown> {
    return fromWire(await this.call(name, true, toWire(request), options));
  }

  /** All attempts of one call, in the wire's words. `repeatable`: a second time does no harm. */
  async call(
    action: string,
    repeatable: boolean,
    fields: Field[],
    options?: CallOptions,
  ): Promise<Record<string, unknown>> {
    const { signal, maxAttempts } = checkedOptions(options);
    const attempts = positive(maxAttempts ?? this.#endpoint.maxAttempts, "maxAttempts");
    const protocol = await this.#protocol();
    const mended: Mended = {};
    for (let attempt = 1; ; ) {
      const tried: Tried = { protocol, action, fields };
      let answer: Answer | undefined;
      try {
        // A caller who gives up waiting leaves the fetch to the others.
        const current = this.#mendable.credentials?.current();
        tried.credentials = current && (await orAborted(current, signal));
        answer = await this.#attempt(tried, signal);
        if (answer.status >= 200 && answer.status < 300) return protocol.success(answer);
        throw errorOf(protocol, answer);
      } catch (error) {
        const trouble = await troubleOf(error, answer);
        if (answer && trouble?.mend(this.#mendable, trouble.error, answer, tried.credentials, mended)) continue;
        const asked = answer && askedDelay(answer.headers);
        const delay = attempt < attempts ? retryDelay(error, attempt, repeatable, asked) : undefined;
        if (delay === undefined) {
          throw (await trouble?.explained(trouble.error, this.#failed(tried), signal)) ?? error;
        }
        await pause(delay, signal);
        attempt += 1;
      }
    }
  }

  /**
   * One attempt, signed with a fresh nonce and the server's time. What it waits for besides its turn comes
   * before: a role's credentials are fetched from the same endpoint.
   */
  async #attempt(
    { protocol, action, fields, credentials }: Tried,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { origin, host, maxConcurrentCalls } = this.#endpoint;
    const { concurrentCalls, orphanedAfterMillis } = runtime();
    const signer = credentials && new Signer(credentials, await digests());
    // Where the host ends a request's work, a place could be lost with it; that host has a bound itself.
    const limit =
      orphanedAfterMillis === undefined ? (maxConcurrentCalls ?? concurrentCalls) : Infinity;
    return throughGate(origin, limit, signal, () => {
      const now = new Date(Date.now() + this.#mendable.clockOffset).toISOString();
      const asked = {
        action,
        fields,
        region: this.#region,
        host,
        now: now.replace(/\.\d+Z$/, "Z"),
        // Not `randomUUID`, which pages without TLS do not have.
        nonce: hex(crypto.getRandomValues(new Uint8Array(16))),
      };
      const request = signer ? protocol.sign(asked, signer) : protocol.unsigned?.(asked);
      if (request === undefined) throw invalidArgument("credentials are missing");
      return send(this.#endpoint, request, signal);
    });
  }

  #failed(tried: Tried): Failed {
    return {
      ...tried,
      region: this.#region,
      origin: this.#endpoint.origin,
      call: (action, fields, signal) => this.#attempt({ ...tried, action, fields }, signal),
    };
  }
}

/** An attempt. */
interface Tried {
  protocol: Protocol;
  action: string;
  fields: Field[];
  credentials?: Credentials | undefined;
}

/** The server's error. */
function errorOf(protocol: Protocol, answer: Answer): EdgekmsError {
  const { status } = answer;
  const { code, message, requestId } = protocol.failure(answer);
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const known = text(code);
  if (known === undefined) return notOfKms(status, "names no error");
  return new EdgekmsError(known, text(message) ?? known, { status, requestId: text(requestId) });
}

/** What is known of failures; nothing in a page whose network may be what failed, where it would not come. */
async function troubleOf(error: unknown, answer: Answer | undefined) {
  if (!(error instanceof EdgekmsError) || (answer === undefined && globalThis.location)) return undefined;
  const trouble = await import("./trouble.js").catch(() => undefined);
  return trouble && { ...trouble, error };
}
