// SPDX-License-Identifier: Apache-2.0
/**
 * The one error class of the package.
 *
 * `code` is stable and is what callers branch on; `message` is for people and may change. A code
 * comes from one of three places: this package ({@link CLIENT_CODES}), the message format
 * ({@link FORMAT_CODES}), or the server's answer, whose codes are those of the dialect (for example
 * `Rejected.Disabled` of Alibaba Cloud, `DisabledException` of AWS). No message holds a key, a secret, plaintext or a
 * value of an encryption context.
 */

import type { AliyunErrorCode, AwsErrorCode } from "./generated/codes.js";

/** Codes that this package raises itself, with what to do about each. */
export const CLIENT_CODES = {
  InvalidArgument: "An argument has the wrong form. The message names it.",
  NotInitialized: "edgekms/slim was used before `await init(...)`.",
  WasmUnavailable: "The WebAssembly file could not be loaded. The message says why, and what to do.",
  WasmFailed: "The WebAssembly module failed, and what was in it is lost. Call again: later calls have a new one.",
  PartUnavailable: "A file of the package that is loaded at first use could not be. Reload the page.",
  EngineUnavailable: "The forced AES engine does not exist here. Use `engine: \"auto\"`.",
  CredentialsUnavailable: "The credentials function failed; its error is `cause`.",
  NetworkFault: "No answer came. The request may or may not have been carried out.",
  Timeout: "No answer came within `timeoutMs`. The request may or may not have been carried out.",
  InvalidAnswer: "The answer is not a KMS answer. Check `endpoint`.",
  PortFailed: "The runtime's RSA, or a key service without a code of its own, failed.",
  UnexpectedContent: "The message is authentic and holds something else than was asked for: no text, or no JSON.",
  ValueNotAuthentic: "A look-up's value is of another key, namespace or field, or was changed.",
  StreamClosed: "The other side of the stream went away before the end.",
  RangeNotSatisfiable: "The range leaves the plaintext. `clamp: true` ends it there.",
  RangesNotSupported: "The server does not answer Range requests as they must be answered. Fetch the whole.",
  SourceChanged: "The file changed while it was read. Open it anew.",
  SourceFailed: "The server of an encrypted file answered with an error, or with other bytes than it announced.",
  FileFailed: "A file could not be read or written; `cause` is the system's error.",
  SeedConflict: "Something exists and is not what the seed says. Nothing was changed; the message says what to do.",
} as const;

/** Codes of the message format, raised while encrypting or decrypting. */
export const FORMAT_CODES = {
  MalformedHeader: "The bytes are not a message, or are damaged.",
  UnsupportedSuite: "The message names an algorithm suite that does not exist.",
  ContextMismatch: "A given pair of the encryption context has another value in the message.",
  MalformedFrame: "The bytes of a frame are damaged.",
  RandomnessUnavailable: "The runtime's source of random numbers failed.",
  CommitmentPolicyViolation: "The suite is not allowed by `commitmentPolicy`.",
  TooManyEncryptedDataKeys: "The message has more data keys than `maxEncryptedDataKeys`.",
  NoDataKey: "No keyring could unwrap a data key. `cause` has the key service's answer, if any.",
  HeaderNotAuthentic: "The header was changed, or the encryption context is not the one that it was encrypted with.",
  FrameNotAuthentic: "A frame was changed. Nothing of it was released.",
  FrameOutOfOrder: "Frames are missing, repeated or reordered.",
  TruncatedMessage: "The message ends before its last frame.",
  TrailingBytes: "Bytes follow the end of the message.",
  UnauthenticatedAlgorithm: "The content is encrypted by CBC or CTR, which do not notice changes. See `allowUnauthenticated`.",
  SignatureNotValid: "The signature does not fit the message.",
  SignedMessage: "The message is signed, which rules out what was asked for. Open it whole.",
  MissingRequiredContext: "A required pair of the encryption context was not given.",
  InvalidContext: "The encryption context breaks the format's limits.",
  MessageTooLong: "The message passes the format's limit of frames or bytes.",
  OutOfMemory: "WebAssembly has no memory for so long a frame or header (1 GiB at the most). Use a shorter `frameLength`.",
} as const;

/** Every code that is known: of this package, of the message format, and of servers. */
export type ErrorCode = keyof typeof CLIENT_CODES | keyof typeof FORMAT_CODES | AliyunErrorCode | AwsErrorCode;

/** What an {@link EdgekmsError} carries besides its code and text. */
export interface EdgekmsErrorDetails {
  /** The server's id of the request. */
  requestId?: string | undefined;
  /** The HTTP status of the server's answer. */
  status?: number | undefined;
  /** Of a call on many items: the index of the item that failed. */
  index?: number | undefined;
  /** Of a call on fields of an object: the path of the field that failed. */
  field?: string | undefined;
  /** The error under this one. */
  cause?: unknown;
}

/**
 * Every error that this package raises, except the reason of an aborted signal. Branch on `code`; `message` is for
 * people and may change.
 *
 * @example
 * ```js
 * try {
 *   await envelope.decrypt(message, { encryptionContext: { album: "43" } });
 * } catch (error) {
 *   if (!(error instanceof EdgekmsError) || error.code !== "ContextMismatch") throw error;
 *   console.error("the message is of another album");
 * }
 * ```
 */
export class EdgekmsError extends Error {
  /** Stable, for programs. A server of a later release may have one that is not in the union. */
  readonly code: ErrorCode | (string & {});
  /** The server's id of the request, if a server answered. */
  declare readonly requestId?: string;
  /** The HTTP status, if a server answered. */
  declare readonly status?: number;
  /** Of a call on many items: the index of the item that failed. */
  declare readonly index?: number;
  /** Of a call on fields of an object: the path of the field that failed. */
  declare readonly field?: string;

  /** For those who raise errors of this class themselves, in a test of their program say. */
  constructor(code: string, message: string, details: EdgekmsErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.requestId !== undefined) this.requestId = details.requestId;
    if (details.status !== undefined) this.status = details.status;
    if (details.index !== undefined) this.index = details.index;
    if (details.field !== undefined) this.field = details.field;
  }

  override get name(): string {
    return "EdgekmsError";
  }
}

/** An argument that has the wrong form. */
export function invalidArgument(message: string): EdgekmsError {
  return new EdgekmsError("InvalidArgument", message);
}

/** What a value is, for messages, which hold no value: `a number`, `null`, `an object`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const kind = Array.isArray(value) ? "array" : typeof value;
  return `${/^[aou]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** A text that is not empty; bindings must not meet anything else where they expect one. */
export function checkedText(value: unknown, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalidArgument(`${name} must be a text that is not empty`);
}

/** A text that goes into a header as it is: one with a line's end, of a file perhaps, would not leave this machine. */
export function checkedHeader(value: unknown, name: string): string {
  const text = checkedText(value, name);
  if (/^[!-~]+$/.test(text)) return text;
  throw invalidArgument(`${name} must be visible ASCII characters, without white space`);
}

/** Options that were given, or none. */
export function checkedOptions<T extends object>(options: T | undefined): T {
  const given = options ?? ({} as T);
  if (typeof given === "object" && options !== null) return given;
  throw invalidArgument(`options must be an object, not ${kindOf(options)}`);
}

/** A text, any that UTF-8 can say. */
export function checkedUnicode(text: unknown, name: string): string {
  if (typeof text !== "string") throw invalidArgument(`${name} must be a text, not ${kindOf(text)}`);
  return checkedWhole(text, name);
}

/** A text that UTF-8 can say: half of a surrogate pair would be written as another character. */
export function checkedWhole<T>(value: T, name: string): T {
  if (typeof value !== "string" || !/\p{Surrogate}/u.test(value)) return value;
  throw invalidArgument(`${name} has half of a surrogate pair (U+D800 to U+DFFF), which is no character`);
}

/** A whole number from `least` to `most`. */
export function checkedNumber(value: number, name: string, most: number, least = 1): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidArgument(`${name} must be a whole number from ${least} to ${most}`);
}

/** An array of such texts. */
export function checkedTexts(values: unknown, name: string): string[] {
  if (!Array.isArray(values)) throw invalidArgument(`${name} must be an array of texts`);
  return values.map((value) => checkedWhole(checkedText(value, `each of ${name}`), name));
}

/** Our codes and those of the clouds; not those of Node (`ERR_...`, `ENOENT`). */
const CODE = /^[A-Z]+[a-z]+[A-Za-z]*(\.[A-Za-z]+)*$/;

/**
 * The error as an {@link EdgekmsError}: the bindings throw a plain `Error` with a `code`. What has
 * none (an abort reason, a bug) is given back as it is.
 */
export function toEdgekmsError(error: unknown): unknown {
  if (error instanceof EdgekmsError || !(error instanceof Error)) return error;
  const code: unknown = (error as { code?: unknown }).code;
  if (typeof code !== "string" || !CODE.test(code)) return error;
  return new EdgekmsError(code, error.message, { cause: toEdgekmsError(error.cause) });
}
