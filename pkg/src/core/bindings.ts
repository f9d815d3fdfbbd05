// SPDX-License-Identifier: Apache-2.0
/**
 * What the package uses of the two WebAssembly modules.
 *
 * Written by hand, so that the compiler checks the generated declarations against it: a binding
 * that changes its shape stops the build here and not in a user's program.
 */

import type { Bytes } from "../bytes.js";

/** Pairs of an encryption context, in canonical order where they come from the core. */
export type Pairs = [name: string, value: string][];

/** Which suites may be written and read, by whether they commit to the key. */
export type CommitmentPolicy =
  | "require-encrypt-require-decrypt"
  | "require-encrypt-allow-decrypt"
  | "forbid-encrypt-allow-decrypt";

/**
 * The hot module: numbers alone. A result below 0 is an error; what each function does and how its bytes lie
 * in the area is said in crates/wasm/src.
 */
export interface Flat {
  readonly memory: { readonly buffer: ArrayBuffer };
  area(length: number): number;
  core_error_detail(index: number): number;
  free(slot: number): number;
  random_left(): number;
  random_give(): number;
  raw_aes_new(keyLength: number, length: number): number;
  raw_aes_wrap(draft: number, keyring: number): number;
  raw_aes_unwrap(header: number, keyring: number): number;
  seal_begin(length: number): number;
  seal_context(slot: number): number;
  seal_make_key(slot: number): number;
  seal_give_key(slot: number, length: number): number;
  seal_key(slot: number): number;
  seal_push(slot: number, length: number): number;
  seal_header(slot: number): number;
  seal_plans(slot: number, length: number, count: number, last: number): number;
  payload_key(slot: number): number;
  header_read(length: number, limit: number): number;
  header_info(slot: number): number;
  open_prepare(slot: number, length: number): number;
  open_context(slot: number): number;
  open_keys(slot: number): number;
  open_give_key(slot: number, length: number): number;
  open_header(slot: number): number;
  open_verification_key(slot: number): number;
  open_plans(slot: number, count: number): number;
  open_key(slot: number): number;
  aes_new(keyLength: number): number;
  aes_seal(slot: number, aadLength: number, length: number): number;
  aes_open(slot: number, aadLength: number, length: number): number;
  sha256(length: number): number;
  hmac_sha256(keyLength: number, length: number): number;
}

/** The second module, loaded at its first use. It is bound by objects and texts. See `extra.ts`. */
export interface Extra {
  /** The present instance, once there is one. */
  initSync(given: { module: Bytes }): { readonly memory: { readonly buffer: ArrayBuffer } };
  /** Makes another instance, of which the present one's objects know nothing. */
  __wbg_reset_state(): void;
  Signer: new () => FooterSigner;
  Verifier: new (curve: string, verificationKey: Uint8Array) => FooterVerifier;
  RangeOpener: new (header: Uint8Array, messageLength: number, footerLength: number) => RangeOpener;
  footerLengths(header: Uint8Array, messageLength: number, tail: Uint8Array): Float64Array;
  rewriteHeader(
    header: Uint8Array,
    dataKey: Uint8Array,
    context: string[],
    stays: Uint8Array,
    added: Uint8Array,
    limit: number | undefined,
  ): Uint8Array;
  sealedSize(headerLength: number, frameLength: number, plaintextLength: number, streamed: boolean): number;
  plaintextSize(headerLength: number, frameLength: number, messageLength: number): number;
  DataKeyCache: new (
    maxAgeMillis: number,
    maxMessages: number,
    maxBytes: number,
    capacity: number,
    patienceMillis?: number,
  ) => DataKeyCache;
  LookupField: new (lookupKey: Uint8Array, namespace: string, field: string) => LookupField;
  PasswordKeyring: new (
    password: Uint8Array,
    name: string,
    memoryKiB: number,
    iterations: number,
    parallelism: number,
    maxMemoryKiB: number,
    maxWorkKiB: number,
  ) => WasmPasswordKeyring;
  readAliyunMessage(message: Uint8Array, maxEncryptedDataKeys: number): AliyunMessageInfo;
  openAliyunMessage(
    message: Uint8Array,
    maxEncryptedDataKeys: number,
    dataKey: Uint8Array,
    allowUnauthenticated: boolean,
  ): Uint8Array;
  /** Throws what sealing would, before there is a data key. */
  checkAliyunMessage(algorithm: string, encryptionContext: Pairs): void;
  sealAliyunMessage(
    plaintext: Uint8Array,
    algorithm: string,
    dataKey: Uint8Array,
    encryptedDataKeys: WrappedByArn[],
    encryptionContext: Pairs,
    stream: boolean,
  ): Uint8Array;
}

/** A data key that the CMK with this ARN wrapped. */
export type WrappedByArn = [keyArn: string, ciphertextBlob: Uint8Array];

/** What a message of the Alibaba Encryption SDK says of itself. */
export interface AliyunMessageInfo {
  algorithm: string;
  /** Bytes of its data key. */
  keyLength: number;
  /** Whether the algorithm notices changes of the content. */
  authenticated: boolean;
  encryptionContext: Pairs;
  encryptedDataKeys: WrappedByArn[];
}

/** The data keys of one envelope. Times are those of `Date.now()`. */
export interface DataKeyCache {
  beginSeal(suite: number, context: Pairs, length: number, now: number): CacheStep;
  beginOpen(
    suite: number,
    context: Pairs,
    encryptedDataKeys: CachedKey["encryptedDataKeys"],
    now: number,
  ): CacheStep;
  /** `signer`: what a message of a signing suite is to be given with the key. */
  complete(ticket: number, key: CachedKey, signer: unknown, now: number): void;
  fail(ticket: number, now: number): void;
  /** Whether anything is left. */
  sweep(now: number): boolean;
  clear(): void;
  counters(): CacheCounters;
}

/** What a message is to do: without the cache, if there is nothing of these. */
export interface CacheStep {
  /** Take this. */
  hit?: CachedKey;
  /** Fetch the next one besides, in the background. */
  refresh?: number;
  /** Fetch one, and say how it went. */
  fetch?: number;
  /** Wait for that fetch, then begin again. */
  join?: number;
  /** Of a signing suite: what was kept with the hit. */
  signer?: unknown;
}

/** A data key in clear, and when it seals, its wrapped forms. */
export interface CachedKey {
  dataKey: Uint8Array;
  readonly encryptedDataKeys: readonly {
    readonly providerId: string;
    readonly providerInfo: Uint8Array;
    readonly ciphertext: Uint8Array;
  }[];
}

/** What a cache has done. */
export interface CacheCounters {
  hits: number;
  misses: number;
  joins: number;
  fetches: number;
  evictions: number;
  messages: number;
  bytes: number;
}

/** Where the frames of one message are, and how to open each: public fields, no key. */
export interface RangeOpener {
  readonly plaintextLength: number;
  /** The last frame's number. */
  readonly frames: number;
  /** The first and the last frame of a range; empty if it is, or leaves the plaintext. */
  cover(start: number, end: number): Uint32Array;
  /** Start and end in the message, start and end of the plaintext. */
  place(frame: number): Float64Array;
  /** IV (12 bytes) and AAD of the frame that begins with these bytes. */
  plan(frame: number, start: Uint8Array): Uint8Array;
  free(): void;
}

/** A running signature over a message. */
export interface FooterSigner {
  readonly verificationKey: Uint8Array;
  /** A signer of another message, with the same key. */
  again(): FooterSigner;
  update(bytes: Uint8Array): void;
  finish(): Uint8Array;
  free(): void;
}

/** A running verification over a message. */
export interface FooterVerifier {
  update(bytes: Uint8Array): void;
  verify(footer: Uint8Array): void;
  free(): void;
}

/** Deterministic encryption of one field. */
export interface LookupField {
  encrypt(value: Uint8Array): Uint8Array;
  decrypt(ciphertext: Uint8Array): Uint8Array;
  free(): void;
}

/** Wraps data keys under a password. Names and values of a context come in turn. */
export interface WasmPasswordKeyring {
  /** Provider information and ciphertext. */
  wrap(dataKey: Uint8Array, context: string[]): [Bytes, Bytes];
  /** Of `keys`, provider information and ciphertext come in turn. */
  unwrap(keys: Uint8Array[], context: string[], keyLength: number): Uint8Array;
  free(): void;
}
