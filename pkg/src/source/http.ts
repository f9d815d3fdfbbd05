// SPDX-License-Identifier: Apache-2.0
/**
 * A file on a server, read by Range requests (RFC 9110, section 14).
 *
 * Every answer must be of the same version of the file: its entity tag, or where it has none its date, and its
 * length are compared with those of the first. (`If-Range` would ask the server to compare; it would cost a page a
 * preflight request for each range of another origin.) The server is not trusted: it can refuse, and what it changes
 * does not open.
 */

import type { Bytes } from "../bytes.js";
import { EdgekmsError } from "../errors.js";
import type { HttpSourceOptions, Source } from "./source.js";

export { SHARED } from "../shared.js";

/** One part of the file. */
interface Part {
  bytes: Bytes;
  size: number;
  version: string | null;
}

/** Opens the file by asking for its first `head` bytes. */
export async function openHttp(
  address: URL,
  head: number,
  options: HttpSourceOptions,
  signal?: AbortSignal,
): Promise<Source> {
  const first = await request(address, 0, head, options, signal);
  return {
    size: first.size,
    async read(start, end, signal) {
      if (end <= first.bytes.length) return first.bytes.subarray(start, end);
      if (start === end) return new Uint8Array(0);
      const part = await request(address, start, end, options, signal);
      if (part.size !== first.size || part.version !== first.version) throw changed();
      if (part.bytes.length !== end - start) {
        throw failed("the server sent fewer bytes than it was asked for and has");
      }
      return part.bytes;
    },
  };
}

/** Bytes `start` to `end`, or to the end of a file that is shorter. */
async function request(
  address: URL,
  start: number,
  end: number,
  { fetch = globalThis.fetch, headers }: HttpSourceOptions,
  signal: AbortSignal | undefined,
): Promise<Part> {
  const init: RequestInit = { headers: { ...headers, range: `bytes=${start}-${end - 1}` } };
  if (signal !== undefined) init.signal = signal;
  const response = await answered(() => fetch(address.href, init), address, signal);
  if (response.status !== 206) {
    // Nobody will read the body: a server that ignores the range would send the whole file.
    await response.body?.cancel().catch(() => {});
    throw refused(response.status, start, address);
  }
  const range = contentRange(response.headers, start, end);
  const body = await answered(() => bodyOf(response, range.length), address, signal);
  const version = response.headers.get("etag") ?? response.headers.get("last-modified");
  return { bytes: body, size: range.size, version };
}

async function answered<T>(
  work: () => Promise<T>,
  { origin }: URL,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (cause instanceof EdgekmsError) throw cause;
    const text =
      `no whole answer from ${origin}; is it up, and does it allow this page ` +
      "(CORS: Access-Control-Allow-Origin, and Access-Control-Expose-Headers: Content-Range, ETag)?";
    throw new EdgekmsError("NetworkFault", text, { cause });
  }
}

/** What the answer says it holds; it must be what was asked for, but for the end of the file. */
function contentRange(headers: Headers, start: number, end: number) {
  const text = headers.get("content-range");
  if (text === null) {
    throw unsupported(
      "the answer has no Content-Range; a server of another origin must send " +
        "Access-Control-Expose-Headers: Content-Range, ETag",
    );
  }
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(text) ?? [];
  if (total === undefined || total === "*") {
    throw unsupported(`the server does not say how long the file is (Content-Range: ${text})`);
  }
  const size = Number(total);
  const right = Number(first) === start && Number(last) === Math.min(end, size) - 1;
  if (!right || !Number.isSafeInteger(size)) {
    throw failed(`the server sent another range than bytes ${start}-${end - 1} (${text})`);
  }
  return { size, length: Math.min(end, size) - start };
}

/** The body, never held beyond the length that it must have. */
async function bodyOf(response: Response, length: number): Promise<Bytes> {
  const bytes = new Uint8Array(length);
  const lies = () => failed(`the server sent another number of bytes than the ${length} it announced`);
  if (response.body === null) throw lies();
  let at = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > length) {
      await reader.cancel().catch(() => {});
      throw lies();
    }
    bytes.set(value, at);
    at += value.length;
  }
  if (at < length) throw lies();
  return bytes;
}

function refused(status: number, start: number, { origin, pathname }: URL): EdgekmsError {
  if (status === 200) {
    return unsupported(
      "the server ignored the range and sent the whole file (status 200); " +
        "fetch it whole and use decryptStream, or let the server know Range requests",
    );
  }
  if (status === 416) {
    // An empty file has no first byte.
    return start === 0 ? failed("the file is empty, or the server has no ranges of it", 416) : changed();
  }
  // Not the query: a signed address has its secret there.
  return failed(`the server answered with status ${status}; is ${origin}${pathname} the file, and may this program read it?`, status);
}

function unsupported(text: string): EdgekmsError {
  return new EdgekmsError("RangesNotSupported", text);
}

function changed(): EdgekmsError {
  const text = "the file changed on the server while it was read; open it anew";
  return new EdgekmsError("SourceChanged", text);
}

function failed(text: string, status?: number): EdgekmsError {
  return new EdgekmsError("SourceFailed", text, { status });
}
