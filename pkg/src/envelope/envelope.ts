// SPDX-License-Identifier: Apache-2.0
/** Envelope encryption: a fresh data key for each message, wrapped by a keyring. */

import type { CommitmentPolicy, HeaderInfo, SealOptions, WasmKeyring } from "../core/bindings.js";
import { type Bytes, utf8, viewOf } from "../bytes.js";
import { type EncryptionContext, fromPairs, toPairs } from "../context.js";
import { type BytePair, collect, duplex } from "../stream/duplex.js";
import type { Engine } from "../engine/engine.js";
import { checkedOptions, checkedTexts, EdgekmsError, invalidArgument, toEdgekmsError } from "../errors.js";
import { type MessageHeader, describeHeader } from "./inspect.js";
import { type Keyring, type MessageScope, makeKeyring } from "../keyring/keyrings.js";
import { type OpenJob, OpenStage } from "./open.js";
import { orAborted } from "../kms/retry.js";
import { join, runtime } from "../runtime.js";
import { type OnProgress, type SealJob, SealStage } from "./seal.js";

/** The suites that are written: 0x0478, and 0x0578 which also signs. */
export type WritableSuite = 0x0478 | 0x0578;

/** What all messages of one envelope share. */
export interface EnvelopeOptions {
  keyring: Keyring;
  /** Default `require-encrypt-require-decrypt`. */
  commitmentPolicy?: CommitmentPolicy;
  /** Default 0x0478: AES-256-GCM, HKDF-SHA-512, key commitment. */
  suite?: WritableSuite;
  /** Bytes of plaintext a frame. Default 65,536. */
  frameLength?: number;
  /** More encrypted data keys than this are refused. Default: no cap below the format's 65,535. */
  maxEncryptedDataKeys?: number;
  /** Default `auto`: the fastest that this runtime has for the size. */
  engine?: Engine;
}

/** What one message to be sealed may add. */
export interface EncryptOptions {
  /** Authenticated with the message and stored in it in clear. */
  encryptionContext?: EncryptionContext;
  /** Names in the context that are authenticated but not stored: needed again to open. */
  requiredContextKeys?: readonly string[];
  suite?: WritableSuite;
  frameLength?: number;
  engine?: Engine;
  signal?: AbortSignal;
}

/** What one message to be opened may add. */
export interface DecryptOptions {
  /** Pairs that the message must have been sealed with. Others may be in it. */
  encryptionContext?: EncryptionContext;
  engine?: Engine;
  signal?: AbortSignal;
}

/** What a stream takes besides. */
export interface StreamOptions {
  /** Called with the bytes of input processed so far. */
  onProgress?: OnProgress;
}

/** An opened message. */
export interface Decrypted {
  plaintext: Bytes;
  /** The whole authenticated context. Check in it what must be so. */
  encryptionContext: Record<string, string>;
  header: MessageHeader;
}

/** The authenticated header of a stream. */
export type OpenedHeader = Omit<Decrypted, "plaintext">;

/** A pair of streams that opens a message. */
export interface DecryptStream extends BytePair {
  /** Settles when the header is authentic, before any plaintext comes out. */
  readonly header: Promise<OpenedHeader>;
}

/** Seals and opens messages. Safe to share; holds no key. */
export class Envelope {
  readonly #options: EnvelopeOptions;

  constructor(options: EnvelopeOptions) {
    if (options?.keyring === undefined) throw invalidArgument("an Envelope needs a keyring");
    checkEngine(options.engine);
    this.#options = { ...options };
  }

  /**
   * Seals bytes, or a text as UTF-8, into one message. The bytes must stay as they are until the
   * promise settles.
   */
  async encrypt(plaintext: Uint8Array | string, given?: EncryptOptions): Promise<Bytes> {
    const options = checkedOptions(given);
    const input =
      typeof plaintext === "string" ? utf8(plaintext) : viewOf(plaintext, "plaintext", " or a text");
    options.signal?.throwIfAborted();
    const job = this.#sealJob(options);
    job.length = input.length;
    return join(await orAborted(collect(new SealStage(job), input), options.signal));
  }

  /** Opens one whole message. No plaintext is given out unless all of it is authentic. */
  async decrypt(message: Uint8Array, given?: DecryptOptions): Promise<Decrypted> {
    const options = checkedOptions(given);
    const input = viewOf(message, "message");
    options.signal?.throwIfAborted();
    let opened: OpenedHeader | undefined;
    const job = this.#openJob(options, (header) => (opened = header));
    job.length = input.length;
    const opening = collect(new OpenStage(job), input);
    const plaintext = join(await orAborted(opening, options.signal));
    return { plaintext, ...(opened as unknown as OpenedHeader) };
  }

  /** Seals a stream: `source.pipeThrough(envelope.encryptStream())`. Memory stays flat. */
  encryptStream(given?: EncryptOptions & StreamOptions): BytePair {
    const options = checkedOptions(given);
    const job = this.#sealJob(options);
    job.onProgress = options.onProgress;
    return duplex(new SealStage(job), options.signal);
  }

  /**
   * Opens a stream. Frames come out as each is authenticated, so what has come out is true but may
   * be a part: only a stream that ends without an error was the whole message.
   */
  decryptStream(given?: DecryptOptions & StreamOptions): DecryptStream {
    const options = checkedOptions(given);
    let resolve!: (header: OpenedHeader) => void;
    let reject!: (error: unknown) => void;
    const header = new Promise<OpenedHeader>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    // The streams carry the error; whoever does not look at `header` must not be bothered.
    header.catch(() => {});
    const job = this.#openJob(options, resolve);
    job.onProgress = options.onProgress;
    job.onEnd = reject;
    const { readable, writable } = duplex(new OpenStage(job), options.signal);
    return { readable, writable, header };
  }

  #sealJob(options: EncryptOptions): SealJob {
    checkEngine(options.engine);
    const { commitmentPolicy, maxEncryptedDataKeys } = this.#options;
    const suite = options.suite ?? this.#options.suite;
    const frameLength = options.frameLength ?? this.#options.frameLength;
    const sealOptions: SealOptions = {
      encryptionContext: toPairs(options.encryptionContext),
      requiredContextKeys: checkedTexts(options.requiredContextKeys ?? [], "requiredContextKeys"),
      ...(suite === undefined ? {} : { suite }),
      ...(frameLength === undefined ? {} : { frameLength }),
      ...(commitmentPolicy === undefined ? {} : { commitmentPolicy }),
      ...(maxEncryptedDataKeys === undefined ? {} : { maxEncryptedDataKeys }),
    };
    const scope = new Scope(options.signal);
    return {
      keyring: () => this.#keyring(scope),
      options: sealOptions,
      engine: options.engine ?? this.#options.engine ?? "auto",
      explain: scope.explain,
    };
  }

  #openJob(options: DecryptOptions, onHeader: (header: OpenedHeader) => void): OpenJob {
    checkEngine(options.engine);
    const scope = new Scope(options.signal);
    return {
      keyring: () => this.#keyring(scope),
      encryptionContext: toPairs(options.encryptionContext),
      commitmentPolicy: this.#options.commitmentPolicy,
      maxEncryptedDataKeys: this.#options.maxEncryptedDataKeys,
      engine: options.engine ?? this.#options.engine ?? "auto",
      onHeader(info: HeaderInfo, pairs) {
        onHeader({ encryptionContext: fromPairs(pairs), header: describeHeader(info) });
      },
      explain: scope.explain,
    };
  }

  async #keyring(scope: MessageScope): Promise<WasmKeyring> {
    return makeKeyring(this.#options.keyring, await runtime().bindings(), scope);
  }
}

/** One message's signal, and what the key services answered for it. */
class Scope implements MessageScope {
  declare readonly signal?: AbortSignal;
  readonly #failures: unknown[] = [];

  constructor(signal: AbortSignal | undefined) {
    if (signal !== undefined) this.signal = signal;
  }

  readonly failed = (error: unknown): void => {
    this.#failures.push(error);
  };

  /**
   * The error with what the bindings cannot carry: the request id and status of a key service's
   * own error, and for `NoDataKey`, whose text names them already, the errors behind it.
   */
  readonly explain = (error: unknown): unknown => {
    if (this.signal?.aborted) return this.signal.reason;
    const known = toEdgekmsError(error);
    const [first, ...others] = this.#failures;
    if (!(known instanceof EdgekmsError) || first === undefined) return known;
    if (known.code === "NoDataKey") {
      const cause = others.length === 0 ? first : new AggregateError(this.#failures);
      return new EdgekmsError(known.code, known.message, { cause });
    }
    if (known.code === "PortFailed") return first;
    const same = (failure: unknown) =>
      failure instanceof EdgekmsError && failure.code === known.code;
    return this.#failures.find(same) ?? known;
  };
}

function checkEngine(engine: Engine | undefined): void {
  if (engine === undefined || ["auto", "node", "webcrypto", "wasm"].includes(engine)) return;
  throw invalidArgument('engine must be "auto", "node", "webcrypto" or "wasm"');
}
