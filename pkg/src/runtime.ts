// SPDX-License-Identifier: Apache-2.0
/**
 * What differs between runtimes, handed in by the entry point that was imported.
 *
 * Nothing else in the package asks where it runs.
 */

import type { Api, Extra, Flat } from "./core/bindings.js";
import type { Bytes } from "./bytes.js";
import type { CryptoKeyLike } from "./crypto-key.js";
import type { RuntimeName } from "./engine/choose.js";
import type { HostEcdsa } from "./engine/ecdsa.js";
import type { CipherFactory } from "./engine/engine.js";
import type { FileWork } from "./envelope/files.js";
import type { EnvironmentSettings } from "./kms/environment.js";
import type { Digests } from "./kms/signing.js";
import { EdgekmsError } from "./errors.js";

/** What only some hosts can do. */
export interface NativeCrypto {
  /** AES-GCM by the host's synchronous library. */
  cipher: CipherFactory;
  /** RSA PKCS#1 v1.5 encryption, which WebCrypto does not have. */
  encryptPkcs1(publicKey: CryptoKeyLike | string, data: Uint8Array): Bytes;
  /** RSA PKCS#1 v1.5 decryption, which it does not have either. */
  decryptPkcs1(privateKey: CryptoKeyLike | string, data: Uint8Array): Bytes;
  /** Room that is written to its end before anyone sees it, so it need not be zeroed first. */
  allocate(length: number): Bytes;
  /** ECDSA over whole messages by the host's synchronous library. */
  ecdsa: HostEcdsa;
  /** SHA-256 and its HMAC for signing requests: a program that only calls the API never loads WebAssembly. */
  digests: Digests;
}

/** One runtime. */
export interface Runtime {
  name: RuntimeName;
  /**
   * The hot module: at once where the file can be read synchronously. `spent`: the instance that broke, in whose place
   * another is wanted.
   */
  core(spent?: Flat): Flat | Promise<Flat>;
  /** The second module, loaded at its first use. */
  extra(): Extra | Promise<Extra>;
  /** The third module, loaded at its first use. */
  api(): Api | Promise<Api>;
  /** The most calls at once to one endpoint, unless a client says otherwise. */
  readonly concurrentCalls: number;
  native?: NativeCrypto;
  /**
   * Where the host ends a request's work when its caller hangs up, work that another request waits for may
   * never settle: after this long it is given up. Absent where the host leaves work alone.
   */
  orphanedAfterMillis?: number;
  /** What reads and writes files, where there are some. */
  files?(): Promise<FileWork>;
  /** A client's settings from environment variables, but for those that are given. */
  settings?(given: Readonly<Record<string, unknown>>): Partial<EnvironmentSettings>;
}

let provided: Runtime | undefined;

/** Called once by each entry point. */
export function provideRuntime(runtime: Runtime): void {
  provided = runtime;
}

/** The runtime in use. */
export function runtime(): Runtime {
  if (provided === undefined) {
    throw new EdgekmsError("NotInitialized", "call `await init(...)` of edgekms/slim first");
  }
  return provided;
}

/** Room that is written to its end before anyone sees it. */
export function allocate(length: number): Bytes {
  return provided?.native?.allocate(length) ?? new Uint8Array(length);
}

/**
 * A loader that runs once, and again in place of what it gave if that is `spent`; a failure is not remembered, so that
 * a page that lost its network for a moment can try again.
 */
export function once<T>(load: (spent?: T) => Promise<T>): (spent?: T) => T | Promise<T> {
  let loaded: { value: T } | undefined;
  let loading: Promise<T> | undefined;
  return (spent) => {
    if (loaded?.value === spent) loaded = undefined;
    if (loaded !== undefined) return loaded.value;
    loading ??= load(spent).then(
      (value) => {
        loaded = { value };
        loading = undefined;
        return value;
      },
      async (cause: unknown) => {
        loading = undefined;
        throw await wasmFailure(cause);
      },
    );
    return loading;
  };
}

/** What wasm-bindgen makes of a module that is bound by objects and texts. */
interface Bound {
  // One of the many types that it takes: these names exist without a page's types, too.
  default(source: { module_or_path: ArrayBuffer | Promise<ArrayBuffer> }): Promise<unknown>;
}

/** A loader of such a module, from the file that `source` gives or names. */
export function bound<T extends Bound>(load: () => Promise<T>, source: () => unknown): () => T | Promise<T> {
  return once(async () => {
    const module = await load();
    await module.default({ module_or_path: source() as ArrayBuffer });
    return module;
  });
}

/** A failure to load WebAssembly with its remedy, unless that cannot be loaded either. */
export async function wasmFailure(cause: unknown): Promise<EdgekmsError> {
  const text = await import("./wasm-trouble.js").then(
    ({ wasmTrouble }) => wasmTrouble(cause),
    () => "the WebAssembly module could not be loaded, nor the reason; a service worker needs edgekms/all",
  );
  return new EdgekmsError("WasmUnavailable", text, { cause });
}
