// SPDX-License-Identifier: Apache-2.0
/** One request and its answer over `fetch`, with a time limit. No retries, no signing. */

import type { SignedRequest } from "../core/bindings.js";
import { EdgekmsError } from "../errors.js";

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A decoded answer. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** Limits of one attempt. */
export interface AttemptLimits {
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/**
 * Sends one request.
 *
 * Fails with `NetworkFault`, `Timeout`, `InvalidAnswer`, or with the signal's reason.
 */
export async function send(
  fetch: Fetch,
  origin: string,
  request: SignedRequest,
  { timeoutMs, signal }: AttemptLimits,
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
      throw new EdgekmsError("Timeout", `no answer within ${timeoutMs} ms`, { cause });
    }
    if (cause instanceof EdgekmsError) throw cause;
    throw new EdgekmsError("NetworkFault", `no answer from ${origin}`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
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
    const what = `the answer (status ${status}) is not a JSON object; is \`endpoint\` a KMS?`;
    throw new EdgekmsError("InvalidAnswer", what, { status });
  }
  return { status, headers, body: body as Record<string, unknown> };
}
