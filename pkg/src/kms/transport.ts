// SPDX-License-Identifier: Apache-2.0
/** One request and its answer over `fetch`, with a time limit. No retries, no signing. */

import type { Endpoint } from "./endpoint.js";
import { EdgekmsError } from "../errors.js";
import type { SignedRequest } from "./signing.js";

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A decoded answer. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/**
 * Sends one request.
 *
 * Fails with `NetworkFault`, `Timeout`, `InvalidAnswer`, or with the signal's reason.
 */
export async function send(
  { fetch, origin, timeoutMs }: Pick<Endpoint, "fetch" | "origin" | "timeoutMs">,
  request: SignedRequest,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const attempt = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    attempt.abort();
  }, timeoutMs);
  const onAbort = () => attempt.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  try {
    signal?.throwIfAborted();
    const init: RequestInit = {
      method: "POST",
      headers: request.headers,
      // A redirect would carry a signature made for another host.
      redirect: "manual",
      signal: attempt.signal,
    };
    if (request.body !== "") init.body = request.body;
    const response = await fetch(`${origin}/`, init);
    return await decode(response);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (timedOut) {
      throw new EdgekmsError("Timeout", `no answer from ${origin} within ${timeoutMs} ms`, { cause });
    }
    if (cause instanceof EdgekmsError) throw cause;
    throw new EdgekmsError("NetworkFault", `no answer from ${origin}${pageReason()}`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Browsers tell a page of every failure the same, and only the user, in the console, which it was. */
function pageReason(): string {
  const page = globalThis.location?.origin;
  if (page === undefined) return "";
  return `: it is down, or ${page} is not in its ALLOWED_ORIGINS, or not it in this page's connect-src; the console says which`;
}

/** The JSON object of an answer; anything else did not come from a KMS. */
async function decode(response: Response): Promise<Answer> {
  const { status, headers } = response;
  // AWS tells what has no fields by no body, and its id by this header.
  const text = (await response.text()) || (headers.has("x-amzn-requestid") ? "{}" : "");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw notOfKms(status, "is not a JSON object");
  }
  return { status, headers, body: body as Record<string, unknown> };
}

/** What came is not what a KMS answers. */
export function notOfKms(status: number, why: string): EdgekmsError {
  const text = `the answer (status ${status}) ${why}; is \`endpoint\` a KMS?`;
  return new EdgekmsError("InvalidAnswer", text, { status });
}
