// SPDX-License-Identifier: Apache-2.0
/** Bytes that can be read at any place: what ranges are opened from. */

import type { Bytes } from "../bytes.js";
import { viewOf } from "../bytes.js";
import { EdgekmsError, invalidArgument } from "../errors.js";
import type { Fetch } from "../kms/transport.js";
import { part } from "../part.js";

/** What is used of Node's `FileHandle`. Whoever gives it closes it. */
export interface FileLike {
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number }>;
  stat(): Promise<{ size: number }>;
}

/**
 * An encrypted message: bytes, a `Blob` or `File`, a `FileHandle` of Node's, or an `http:` or `https:` address whose
 * server knows Range requests. A text is an address; in a page it may be relative to the page's own.
 */
export type RangeSource = Uint8Array | ArrayBuffer | Blob | FileLike | URL | string;

/** What reading by HTTP takes besides. */
export interface HttpSourceOptions {
  /** Headers of each request, for example `authorization`. */
  headers?: Readonly<Record<string, string>>;
  /** Default: the runtime's. */
  fetch?: Fetch;
}

/** A source that is open. */
export interface Source {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes `start` to `end`, all of them there; fewer are a failure of the source. */
  read(start: number, end: number, signal?: AbortSignal): Bytes | Promise<Bytes>;
}

/** Opens a source, reading its first `head` bytes where that tells its size. */
export async function openSource(
  source: RangeSource,
  head: number,
  options: HttpSourceOptions,
  signal?: AbortSignal,
): Promise<Source> {
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return ofBytes(source);
  if (typeof Blob !== "undefined" && source instanceof Blob) return ofBlob(source);
  if (isFile(source)) return ofFile(source);
  const { openHttp } = await part(() => import("./http.js"));
  return openHttp(addressOf(source), head, options, signal);
}

function ofBytes(source: Uint8Array | ArrayBuffer): Source {
  const bytes = viewOf(source, "source");
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

function ofBlob(blob: Blob): Source {
  return {
    size: blob.size,
    async read(start, end) {
      let buffer: ArrayBuffer;
      try {
        buffer = await blob.slice(start, end).arrayBuffer();
      } catch (cause) {
        // A `File` of a page is a reference: what was deleted or changed since can no longer be read.
        const text = "the Blob could not be read; was its file changed or removed?";
        throw new EdgekmsError("SourceChanged", text, { cause });
      }
      if (buffer.byteLength !== end - start) throw shorter();
      return new Uint8Array(buffer);
    },
  };
}

/** An open file as a source. */
export async function ofFile(file: FileLike): Promise<Source> {
  const { size } = await fromFile(() => file.stat());
  return {
    size,
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      for (let at = 0; at < bytes.length; ) {
        const left = bytes.length - at;
        const { bytesRead } = await fromFile(() => file.read(bytes, at, left, start + at));
        if (bytesRead === 0) throw shorter();
        at += bytesRead;
      }
      return bytes;
    },
  };
}

async function fromFile<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    const text = `the file could not be read${typeof code === "string" ? ` (${code})` : ""}`;
    throw new EdgekmsError("FileFailed", text, { cause });
  }
}

function shorter(): EdgekmsError {
  return new EdgekmsError("SourceChanged", "the source became shorter while it was read");
}

function isFile(source: unknown): source is FileLike {
  const { read, stat } = (source ?? {}) as Partial<FileLike>;
  return typeof read === "function" && typeof stat === "function";
}

function addressOf(source: unknown): URL {
  if (source instanceof URL || typeof source === "string") {
    const base = (globalThis as { location?: { href?: string } }).location?.href;
    const address = URL.canParse(`${source}`, base) ? new URL(`${source}`, base) : undefined;
    if (address?.protocol === "https:" || address?.protocol === "http:") return address;
  }
  throw invalidArgument(
    "source must be a Uint8Array, a Blob, an open file (a FileHandle) or an http(s) address; " +
      "for a file's name give `await open(name)` of node:fs/promises",
  );
}
