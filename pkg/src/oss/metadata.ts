// SPDX-License-Identifier: Apache-2.0
/**
 * What OSS keeps beside an object that was encrypted at the client: user metadata, which are headers.
 *
 * Nothing authenticates them, nor the object.
 */

import { type Bytes, fromBase64, toBase64 } from "../bytes.js";
import { EdgekmsError, invalidArgument } from "../errors.js";

const PREFIX = "x-oss-meta-client-side-encryption-";

/** Names of today's headers, without the prefix, and the whole names that SDKs wrote before. */
const NAMES = {
  key: [`${PREFIX}key`, "x-oss-meta-oss-crypto-key"],
  start: [`${PREFIX}start`, "x-oss-meta-oss-crypto-start"],
  contentAlgorithm: [`${PREFIX}cek-alg`, "x-oss-meta-oss-cek-alg"],
  wrapAlgorithm: [`${PREFIX}wrap-alg`, "x-oss-meta-oss-wrap-alg"],
  description: [`${PREFIX}matdesc`, "x-oss-meta-oss-crypto-matdesc"],
  length: [
    `${PREFIX}unencrypted-content-length`,
    "x-oss-meta-oss-crypto-unencrypted-content-length",
  ],
  dataSize: [`${PREFIX}data-size`, undefined],
  partSize: [`${PREFIX}part-size`, undefined],
} as const;

/** The only algorithm of contents: AES-256 in CTR mode. It does not notice changes. */
const AES_CTR = "AES/CTR/NoPadding";
/** What old SDKs called the same thing, wrongly. */
const LEGACY_AES_CTR = "AES/GCM/NoPadding";

/** How the data key of an object is wrapped. */
export type OssWrapAlgorithm =
  | "KMS/ALICLOUD"
  | "RSA/NONE/OAEPWithSHA-1AndMGF1Padding"
  | "RSA/NONE/PKCS1Padding";

/** Headers of an answer: `Headers`, those of `node:http`, or any object of names and values. */
export type OssHeaders =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What an object's headers say. Nothing of it is authentic. */
export interface OssObjectInfo {
  /** How its data key is wrapped. */
  readonly wrapAlgorithm: OssWrapAlgorithm;
  /** What its writer said of the master key. */
  readonly description: Readonly<Record<string, string>>;
  /** Bytes of the content, if its writer said so. */
  readonly contentLength?: number;
}

/** The same with what opening needs. */
export interface OssMetadata extends OssObjectInfo {
  /** The data key, wrapped: as KMS's base64 text, or RSA's bytes. */
  readonly key: Bytes;
  /** The first counter, wrapped in the same way. */
  readonly start: Bytes;
  /** Whether an old SDK wrote it, whose first counter is a decimal number. */
  readonly legacy: boolean;
}

/** What an upload in parts will have. */
export interface OssMultipart {
  /** Bytes of the whole content. */
  dataSize: number;
  /** Bytes of each part but the last: a multiple of 16, 100 KiB or more. */
  partSize: number;
}

const MIN_PART_SIZE = 100 * 1024;
const MAX_PARTS = 10_000;
const BLOCK = 16;

/** The headers of an object that is to be written. */
export function writeMetadata(
  metadata: Pick<OssMetadata, "wrapAlgorithm" | "description" | "contentLength" | "key" | "start">,
  multipart: OssMultipart | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {
    [NAMES.key[0]]: toBase64(metadata.key),
    [NAMES.start[0]]: toBase64(metadata.start),
    [NAMES.contentAlgorithm[0]]: AES_CTR,
    [NAMES.wrapAlgorithm[0]]: metadata.wrapAlgorithm,
  };
  if (Object.keys(metadata.description).length > 0) {
    headers[NAMES.description[0]] = asciiJson(metadata.description);
  }
  if (metadata.contentLength !== undefined) {
    headers[NAMES.length[0]] = String(metadata.contentLength);
  }
  if (multipart !== undefined) {
    headers[NAMES.dataSize[0]] = String(multipart.dataSize);
    headers[NAMES.partSize[0]] = String(multipart.partSize);
  }
  return headers;
}

/** @throws EdgekmsError `InvalidArgument` for what OSS or its SDKs would refuse. */
export function checkMultipart({ dataSize, partSize }: OssMultipart): void {
  if (!Number.isSafeInteger(dataSize) || dataSize <= 0) {
    throw invalidArgument("multipart.dataSize must be the content's length in bytes");
  }
  if (!Number.isSafeInteger(partSize) || partSize < MIN_PART_SIZE || partSize % BLOCK !== 0) {
    throw invalidArgument("multipart.partSize must be a multiple of 16, and 102,400 or more");
  }
  if (partSize * MAX_PARTS < dataSize) {
    throw invalidArgument("multipart.partSize is too small: an upload has 10,000 parts at most");
  }
}

/** A description that a header can hold and every SDK reads: texts, as JSON. */
export function checkDescription(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const isObject = typeof value === "object" && value !== null && !(Symbol.iterator in value);
  if (!isObject || !Object.values(value).every((text) => typeof text === "string")) {
    throw invalidArgument("description must be an object of texts");
  }
  return value as Record<string, string>;
}

/** Headers are ASCII, and JSON can be. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Reads an object's headers.
 *
 * @throws EdgekmsError `MalformedHeader` if they are not those of an encrypted object,
 * `UnsupportedSuite` if it was encrypted by an algorithm that no official SDK has.
 */
export function readMetadata(headers: OssHeaders): OssMetadata {
  const find = finder(headers);
  const legacy = find(NAMES.key[0]) === undefined && find(NAMES.key[1]) !== undefined;
  const at = (name: keyof typeof NAMES) => find(NAMES[name][legacy ? 1 : 0]);
  const key = at("key");
  const start = at("start");
  if (key === undefined || start === undefined) {
    const text =
      `there is no ${NAMES.key[0]} or no ${NAMES.start[0]}; ` +
      "give the headers of an object that was encrypted at the client";
    throw new EdgekmsError("MalformedHeader", text);
  }
  const algorithm = at("contentAlgorithm");
  if (algorithm !== AES_CTR && !(legacy && algorithm === LEGACY_AES_CTR)) {
    throw unsupported(NAMES.contentAlgorithm[0], algorithm);
  }
  const wrapAlgorithm = readWrapAlgorithm(at("wrapAlgorithm"), legacy);
  // Old SDKs kept KMS's text as it was.
  const isText = legacy && wrapAlgorithm === "KMS/ALICLOUD";
  const bytes = isText ? (text: string) => new TextEncoder().encode(text) : decoded;
  const contentLength = readLength(at("length") ?? (legacy ? undefined : at("dataSize")));
  return {
    wrapAlgorithm,
    description: readDescription(at("description")),
    ...(contentLength === undefined ? {} : { contentLength }),
    key: bytes(key),
    start: bytes(start),
    legacy,
  };
}

/**
 * Position in the object of an answer's first byte: 0, or what `Content-Range` says.
 *
 * @throws EdgekmsError `MalformedHeader` for a `Content-Range` that is none of bytes.
 */
export function rangeOf(headers: OssHeaders): number | undefined {
  const range = finder(headers)("content-range");
  if (range === undefined) return undefined;
  const start = Number(/^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range)?.[1] ?? NaN);
  if (Number.isSafeInteger(start)) return start;
  throw new EdgekmsError("MalformedHeader", "the header Content-Range is not one of bytes");
}

function finder(headers: OssHeaders): (name: string | undefined) => string | undefined {
  if (typeof headers !== "object" || headers === null) {
    throw invalidArgument("headers must be the headers of the object");
  }
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers);
  const found = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (value !== undefined) found.set(String(name).toLowerCase(), String(value));
  }
  return (name) => (name === undefined ? undefined : found.get(name));
}

function readWrapAlgorithm(name: string | undefined, legacy: boolean): OssWrapAlgorithm {
  // Old SDKs knew two ways, and named only one of them in the same way always.
  if (legacy) return name === "kms" ? "KMS/ALICLOUD" : "RSA/NONE/OAEPWithSHA-1AndMGF1Padding";
  switch (name) {
    case "KMS/ALICLOUD":
    case "RSA/NONE/OAEPWithSHA-1AndMGF1Padding":
    case "RSA/NONE/PKCS1Padding":
      return name;
    default:
      throw unsupported(NAMES.wrapAlgorithm[0], name);
  }
}

function readDescription(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  try {
    return checkDescription(JSON.parse(text));
  } catch {
    throw new EdgekmsError("MalformedHeader", `${NAMES.description[0]} is not JSON of texts`);
  }
}

function readLength(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const length = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(length)) return length;
  throw new EdgekmsError("MalformedHeader", `${NAMES.length[0]} is not a number of bytes`);
}

function decoded(text: string): Bytes {
  const bytes = fromBase64(text);
  if (bytes !== undefined) return bytes;
  throw new EdgekmsError("MalformedHeader", "the wrapped data key or its start is not base64");
}

function unsupported(header: string, value: string | undefined): EdgekmsError {
  const text =
    value === undefined
      ? `the header ${header} is missing`
      : `${header} is ${JSON.stringify(value.slice(0, 100))}, which is not known`;
  return new EdgekmsError("UnsupportedSuite", text);
}
