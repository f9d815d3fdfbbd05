// SPDX-License-Identifier: Apache-2.0
/** Objects of OSS that are encrypted at the client, as the OSS SDKs do it. */

import { type Bytes, viewOf } from "../bytes.js";
import { invalidArgument, toEdgekmsError } from "../errors.js";
import type { CallOptions } from "../kms/call-options.js";
import { duplex } from "../stream/duplex.js";
import { Ctr, CtrStage, checkLength } from "./ctr.js";
import { type OssMasterKey, checkMasterKey, unwrap, wrapNew } from "./master-key.js";
import {
  type OssHeaders,
  type OssMultipart,
  type OssObjectInfo,
  checkDescription,
  checkMultipart,
  rangeOf,
  readMetadata,
  writeMetadata,
} from "./metadata.js";

export { SHARED } from "../shared.js";

/** Content: bytes, or a stream of them. */
export type OssContent = Uint8Array | ArrayBuffer | ArrayBufferView | ReadableStream<Uint8Array>;

/** How to encrypt an object. */
export interface EncryptOssObjectOptions extends CallOptions {
  masterKey: OssMasterKey;
  /** Says which master key it is, to whoever has several: stored beside the object, in clear. */
  description?: Readonly<Record<string, string>>;
  /** For an upload in parts, whose bodies are cut from `body` at multiples of the part size. */
  multipart?: OssMultipart;
}

/** How to decrypt an object. */
export interface DecryptOssObjectOptions extends CallOptions {
  /** The master key, or a function that chooses it by what the object's headers say. */
  masterKey: OssMasterKey | ((about: OssObjectInfo) => OssMasterKey | Promise<OssMasterKey>);
}

/** What to upload. */
export interface EncryptedOssObject<Body> {
  /** The encrypted content, as long as the content. */
  body: Body;
  /** User metadata that must be sent with it, for a multipart upload with its start. */
  headers: Record<string, string>;
}

/** Encrypts; see {@link import("../foreign/formats.js").encryptOssObject}. */
export async function encryptObject(
  content: OssContent,
  options: EncryptOssObjectOptions,
): Promise<EncryptedOssObject<Bytes | ReadableStream<Bytes>>> {
  const { multipart, signal } = options;
  const description = checkDescription(options.description);
  if (multipart !== undefined) checkMultipart(multipart);
  const master = checkMasterKey(options.masterKey);
  const stream = content instanceof ReadableStream;
  const bytes = stream ? undefined : viewOf(content, "content");
  if (bytes !== undefined && multipart !== undefined && bytes.length !== multipart.dataSize) {
    throw invalidArgument("multipart.dataSize is not the content's length");
  }
  const { key, iv, wrapped } = await known(wrapNew(master, callOptions(signal)));
  const ctr = await Ctr.of(key, iv);
  const contentLength = bytes?.length;
  const metadata = { ...wrapped, description, ...(contentLength === undefined ? {} : { contentLength }) };
  const headers = writeMetadata(metadata, multipart);
  const body = stream
    ? content.pipeThrough(duplex(new CtrStage(ctr, 0, multipart?.dataSize), signal))
    : await ctr.turn(bytes as Bytes, 0);
  return { body, headers };
}

/** Decrypts; see {@link import("../foreign/formats.js").decryptOssObject}. */
export async function decryptObject(
  body: OssContent,
  headers: OssHeaders,
  options: DecryptOssObjectOptions,
): Promise<Bytes | ReadableStream<Bytes>> {
  const { masterKey, signal } = options;
  const metadata = readMetadata(headers);
  const range = rangeOf(headers);
  const start = range ?? 0;
  const expected = range === undefined ? metadata.contentLength : undefined;
  const stream = body instanceof ReadableStream;
  const bytes = stream ? undefined : viewOf(body, "body");
  if (bytes !== undefined) checkLength(bytes.length, expected, true);
  const chosen = typeof masterKey === "function" ? await masterKey(aboutOf(metadata)) : masterKey;
  const { key, iv } = await known(unwrap(checkMasterKey(chosen), metadata, callOptions(signal)));
  const ctr = await Ctr.of(key, iv);
  return stream
    ? body.pipeThrough(duplex(new CtrStage(ctr, start, expected), signal))
    : await ctr.turn(bytes as Bytes, start);
}

/** What a caller may choose by. */
function aboutOf({ wrapAlgorithm, description, contentLength }: OssObjectInfo): OssObjectInfo {
  return { wrapAlgorithm, description, ...(contentLength === undefined ? {} : { contentLength }) };
}

function callOptions(signal: AbortSignal | undefined): CallOptions {
  return signal === undefined ? {} : { signal };
}

async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toEdgekmsError(error);
  }
}
