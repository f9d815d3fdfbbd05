// SPDX-License-Identifier: Apache-2.0
/** Envelope encryption: a fresh data key for each message, wrapped by a keyring. */

import { type Bytes, utf8, viewOf } from "../bytes.js";
import { callSite } from "../call-site.js";
import { fromPairs, toPairs } from "../context.js";
import { worded } from "../core/words.js";
import type { Engine, MaybePromise } from "../engine/engine.js";
import { checkedOptions, checkedTexts, checkedUnicode, invalidArgument } from "../errors.js";
import { type CacheCounters, DataKeyCache } from "../keyring/cache.js";
import { workOf } from "../keyring/keyring.js";
import type { MessageScope } from "../keyring/materials.js";
import { orAborted } from "../kms/retry.js";
import { after } from "../maybe.js";
import { part } from "../part.js";
import type { RangeSource } from "../source/source.js";
import { type BytePair, duplex } from "../stream/duplex.js";
import { LazyStage } from "../stream/lazy-stage.js";
import { type MessageHeader, openedHeader } from "./inspect.js";
import type { Lookup, LookupOptions } from "./lookup.js";
import type { DecryptManyOptions, EncryptManyOptions, Outcome } from "./many.js";
import type { DecryptFieldsOptions, EncryptFieldsOptions, Replaced } from "./object-fields.js";
import { type OpenJob, type Opened, openWhole } from "./open.js";
import type { DecryptedRange, PlaintextRange, RangeReader, RangeReaderOptions } from "./range.js";
import type {
  Decrypted,
  DecryptedHeader,
  DecryptOptions,
  DecryptStream,
  EncryptOptions,
  EnvelopeOptions,
  StreamOptions,
} from "./options.js";
import type { RewrapOptions } from "./rewrap.js";
import { type SealJob, sealWhole } from "./seal.js";

export type * from "./options.js";

/** What an envelope's options make of a message's: for the file helpers. */
export interface Jobs {
  seal(options: EncryptOptions): SealJob;
  open(options: DecryptOptions): OpenJob;
}

const jobs = new WeakMap<Envelope, Jobs>();

/** @internal */
export function jobsOf(envelope: Envelope): Jobs {
  const found = jobs.get(envelope);
  if (found === undefined) throw invalidArgument("the first argument must be an Envelope");
  return found;
}

/**
 * Encrypts and decrypts messages. Safe to share; holds no key, unless it has a cache.
 *
 * Its methods fail with an `EdgekmsError`, whose `code` is a stable word, or with the reason of the `signal` that
 * aborted them. An error names what is wrong, and holds no key and no plaintext.
 *
 * @example
 * ```js
 * const envelope = new Envelope({ keyring: kms.keyring("alias/photos") });
 * const message = await envelope.encrypt("a secret", { encryptionContext: { album: "42" } });
 * const { plaintext } = await envelope.decrypt(message, { encryptionContext: { album: "42" } });
 * ```
 */
export class Envelope {
  readonly #options: EnvelopeOptions;
  readonly #cache: DataKeyCache | undefined;

  /**
   * Sends nothing. The keyring's own trouble, and numbers that the format does not allow, show when a message is
   * encrypted or decrypted.
   *
   * @throws EdgekmsError `InvalidArgument` if there is no keyring, and for an engine or a cache's limit that is none.
   */
  constructor(options: EnvelopeOptions) {
    if (options?.keyring === undefined) throw invalidArgument("an Envelope needs a keyring");
    checkEngine(options.engine);
    this.#options = { ...options };
    jobs.set(this, {
      seal: (options) => this.#sealJob(options),
      open: (options) => this.#openJob(options),
    });
    this.#cache = options.cache === undefined ? undefined : new DataKeyCache(options.cache);
  }

  /**
   * Encrypts bytes, or a text as UTF-8, into one message. The bytes must stay as they are until the
   * promise settles.
   *
   * @example
   * ```js
   * const message = await envelope.encrypt(bytes, { encryptionContext: { album: "42" } });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument`, which names the argument; `InvalidContext` and `MissingRequiredContext` for
   *   the context; `EngineUnavailable`, `MessageTooLong`, `CommitmentPolicyViolation`; and what the keyring fails with,
   *   which is the key service's code for a CMK.
   */
  encrypt(plaintext: Uint8Array | string, given?: EncryptOptions): Promise<Bytes> {
    return now(given, (options) => sealWhole(this.#sealJob(options), bytesOf(plaintext)));
  }

  /**
   * Decrypts one whole message. No plaintext is given out unless all of it is authentic. Say in `encryptionContext`
   * what the message must have been encrypted with: otherwise any message that the keyring can decrypt will do.
   *
   * @example
   * ```js
   * const { plaintext, encryptionContext } = await envelope.decrypt(message, { encryptionContext: { album: "42" } });
   * const text = new TextDecoder().decode(plaintext);
   * ```
   *
   * @throws EdgekmsError `NoDataKey` if no data key of the message could be unwrapped, or the key service's own code if
   *   there was only one that could have been; `ContextMismatch`; `HeaderNotAuthentic`, `FrameNotAuthentic`,
   *   `FrameOutOfOrder`, `SignatureNotValid` for a message that was changed; `TruncatedMessage`, `TrailingBytes`,
   *   `MalformedHeader`, `MalformedFrame`, `UnsupportedSuite`; `CommitmentPolicyViolation`,
   *   `TooManyEncryptedDataKeys` for what this envelope does not allow; `InvalidArgument`.
   */
  decrypt(message: Uint8Array, given?: DecryptOptions): Promise<Decrypted> {
    return now(given, (options) =>
      after(openWhole(this.#openJob(options), viewOf(message, "message")), decrypted),
    );
  }

  /**
   * Encrypts a stream: `source.pipeThrough(envelope.encryptStream())`. Memory stays flat. The data key is asked for
   * before the first byte is taken.
   *
   * @example
   * ```js
   * const encrypted = new Blob([bytes]).stream().pipeThrough(envelope.encryptStream());
   * const message = new Uint8Array(await new Response(encrypted).arrayBuffer());
   * ```
   *
   * @throws EdgekmsError `InvalidArgument`, at once. Everything else that {@link encrypt} fails with is the error of
   *   both streams; a reader that goes away is `StreamClosed` to the writer.
   */
  encryptStream(given?: EncryptOptions & StreamOptions): BytePair {
    const options = checkedOptions(given);
    const job = this.#sealJob(options);
    const stage = new LazyStage(async () => new (await streams()).SealStage(job, options.onProgress));
    return duplex(stage, options.signal);
  }

  /**
   * Decrypts a stream. Frames come out as each is authenticated, so what has come out is true but may
   * be a part: only a stream that ends without an error was the whole message.
   *
   * @example
   * ```js
   * const decrypting = envelope.decryptStream({ encryptionContext: { album: "42" } });
   * const decrypted = new Blob([message]).stream().pipeThrough(decrypting);
   * const plaintext = new Uint8Array(await new Response(decrypted).arrayBuffer());
   * const { encryptionContext } = await decrypting.header;
   * ```
   *
   * @throws EdgekmsError `InvalidArgument`, at once. Everything else that {@link decrypt} fails with is the error of
   *   both streams, and of `header` if it comes before that; a reader that goes away is `StreamClosed` to the writer.
   */
  decryptStream(given?: DecryptOptions & StreamOptions): DecryptStream {
    const options = checkedOptions(given);
    let resolve!: (header: DecryptedHeader) => void;
    let reject!: (error: unknown) => void;
    const header = new Promise<DecryptedHeader>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    // The streams carry the error; whoever does not look at `header` must not be bothered.
    header.catch(() => {});
    const job = this.#openJob(options);
    const { onProgress } = options;
    const onHeader = (opened: Omit<Opened, "plaintext">) => resolve(told(opened));
    const stage = new LazyStage(
      async () => new (await streams()).OpenStage(job, { onProgress, onHeader }),
      reject,
    );
    return { ...duplex(stage, options.signal), header };
  }

  /**
   * What the data-key cache has done since the envelope was made.
   *
   * @example
   * ```js
   * const cached = new Envelope({ keyring, cache: { maxAgeSeconds: 300 } });
   * await Promise.all(rows.map((row) => cached.encrypt(row.iban)));
   * const { messages, fetches } = cached.cacheCounters();
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` if the envelope was made without the option `cache`.
   */
  cacheCounters(): CacheCounters {
    return this.#theCache().counters();
  }

  /**
   * Wipes all data keys of the cache, so that each next message asks the key service: for a CMK that was
   * disabled, or a permission that was taken away, and must be so at once. What calls that are under way bring
   * is used by the messages that wait for it, and not kept.
   *
   * @example
   * ```js
   * const cached = new Envelope({ keyring, cache: { maxAgeSeconds: 300 } });
   * cached.clearCache();
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` if the envelope was made without the option `cache`.
   */
  clearCache(): void {
    this.#theCache().clear();
  }

  #theCache(): DataKeyCache {
    if (this.#cache === undefined) {
      throw invalidArgument("this envelope has no cache; give its constructor the option cache");
    }
    return this.#cache;
  }

  /**
   * Encrypts a text into a text: base64url, for a column, JSON or a URL.
   *
   * @example
   * ```js
   * const message = await envelope.encryptText("4111 1111 1111 1111", { encryptionContext: { row: "42" } });
   * const text = await envelope.decryptText(message, { encryptionContext: { row: "42" } });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` for what is no text and for a lone surrogate, which UTF-8 cannot hold; and
   *   as {@link encrypt}.
   */
  async encryptText(text: string, options?: EncryptOptions): Promise<string> {
    return (await helpers()).encryptText(this, text, options);
  }

  /**
   * Decrypts what {@link encryptText} gave.
   *
   * @example
   * ```js
   * const message = await envelope.encryptText("4111 1111 1111 1111");
   * const text = await envelope.decryptText(message);
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` if it is not base64url as that writes it, `UnexpectedContent` if the
   *   message holds bytes that are no text; and as {@link decrypt}.
   */
  async decryptText(message: string, options?: DecryptOptions): Promise<string> {
    return (await helpers()).decryptText(this, message, options);
  }

  /**
   * Encrypts a value as JSON into a text. What comes out of {@link decryptJson} is equal to what went in: whatever JSON
   * would leave out or alter (undefined, functions, BigInt, NaN, a Date, a Map, cycles, more than 100 levels) is
   * refused.
   *
   * @example
   * ```js
   * const message = await envelope.encryptJson({ name: "Ada", born: 1815 }, { encryptionContext: { row: "42" } });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument`, naming the place in the value; and as {@link encrypt}.
   */
  async encryptJson(value: unknown, options?: EncryptOptions): Promise<string> {
    return (await helpers()).encryptJson(this, value, options);
  }

  /**
   * Decrypts what {@link encryptJson} gave. Its form is not checked: a type that is named here is believed.
   *
   * @example
   * ```js
   * const message = await envelope.encryptJson({ name: "Ada", born: 1815 });
   * const person = await envelope.decryptJson(message);
   * ```
   *
   * @throws EdgekmsError as {@link decryptText}; `UnexpectedContent` also for a text that is no JSON.
   */
  async decryptJson<T = unknown>(message: string, options?: DecryptOptions): Promise<T> {
    return (await (await helpers()).decryptJson(this, message, options)) as T;
  }

  /**
   * Encrypts many plaintexts, each into a message of its own: a bounded number at once, results in order. The list and
   * the bytes in it must stay as they are until the promise settles.
   *
   * @example
   * ```js
   * const messages = await envelope.encryptMany(rows.map((row) => row.iban), {
   *   encryptionContext: (index) => ({ row: rows[index].id }),
   * });
   * ```
   *
   * @throws EdgekmsError what the first that failed fails with, its `index` being the plaintext's. With
   *   `onFailure: "collect"` nothing is thrown for an item: each has its outcome.
   */
  encryptMany(
    plaintexts: Iterable<Uint8Array | string>,
    options?: EncryptManyOptions & { onFailure?: "stop" },
  ): Promise<Bytes[]>;
  encryptMany(
    plaintexts: Iterable<Uint8Array | string>,
    options: EncryptManyOptions & { onFailure: "collect" },
  ): Promise<Outcome<Bytes>[]>;
  async encryptMany(
    plaintexts: Iterable<Uint8Array | string>,
    options?: EncryptManyOptions,
  ): Promise<Bytes[] | Outcome<Bytes>[]> {
    return (await helpers()).encryptMany(this, plaintexts, options);
  }

  /**
   * Decrypts many messages, as {@link encryptMany} encrypts them.
   *
   * @example
   * ```js
   * const outcomes = await envelope.decryptMany(messages, { onFailure: "collect" });
   * const failed = outcomes.filter(({ status }) => status === "rejected");
   * ```
   *
   * @throws EdgekmsError what the first that failed fails with, its `index` being the message's. With
   *   `onFailure: "collect"` nothing is thrown for an item: each has its outcome.
   */
  decryptMany(
    messages: Iterable<Uint8Array>,
    options?: DecryptManyOptions & { onFailure?: "stop" },
  ): Promise<Decrypted[]>;
  decryptMany(
    messages: Iterable<Uint8Array>,
    options: DecryptManyOptions & { onFailure: "collect" },
  ): Promise<Outcome<Decrypted>[]>;
  async decryptMany(
    messages: Iterable<Uint8Array>,
    options?: DecryptManyOptions,
  ): Promise<Decrypted[] | Outcome<Decrypted>[]> {
    return (await helpers()).decryptMany(this, messages, options);
  }

  /**
   * A copy of an object with the named fields replaced by texts, each the JSON of the field in a message of its own.
   * `address.street` is a field of the field `address`; arrays are taken whole. Each text is bound to its field's
   * path, and with a context to its row. The object must stay as it is until the promise settles.
   *
   * @example
   * ```js
   * const stored = await envelope.encryptFields(user, ["email", "address.street"], {
   *   encryptionContext: { user: user.id },
   * });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` for a field that is not there (unless `missing` is `skip`), a path that is
   *   none, and a value that JSON cannot hold; and as {@link encrypt}, its `field` being the path.
   */
  async encryptFields<T extends object, const P extends string>(
    object: T,
    fields: readonly P[],
    options?: EncryptFieldsOptions,
  ): Promise<Replaced<T, P, string>> {
    return (await (await helpers()).encryptFields(this, object, fields, options)) as Replaced<T, P, string>;
  }

  /**
   * A copy of an object with the named fields decrypted, which {@link encryptFields} encrypted.
   *
   * @example
   * ```js
   * const stored = await envelope.encryptFields(user, ["email"], { encryptionContext: { user: user.id } });
   * const { email } = await envelope.decryptFields(stored, ["email"], { encryptionContext: { user: user.id } });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` if there is no text in a field, `ContextMismatch` if the text there is
   *   another field's; and as {@link decryptJson}, its `field` being the path.
   */
  async decryptFields<T extends object, const P extends string>(
    object: T,
    fields: readonly P[],
    options?: DecryptFieldsOptions,
  ): Promise<Replaced<T, P, unknown>> {
    return (await (await helpers()).decryptFields(this, object, fields, options)) as Replaced<T, P, unknown>;
  }

  /**
   * Makes a look-up key: 64 random bytes in a message under this envelope's keyring. Keep it beside what is looked
   * up; it is taken by {@link lookup}.
   *
   * @example
   * ```js
   * const wrappedLookupKey = await envelope.createLookupKey();
   * ```
   *
   * @throws EdgekmsError as {@link encrypt}.
   */
  async createLookupKey(options?: EncryptOptions): Promise<Bytes> {
    return (await helpers()).createLookupKey(this, options);
  }

  /**
   * Unwraps a look-up key (its bytes, or they in base64url) for one field. See {@link Lookup} for what it leaks.
   *
   * @example
   * ```js
   * const wrappedLookupKey = await envelope.createLookupKey();
   * const lookup = await envelope.lookup(wrappedLookupKey, { field: "email" });
   * const row = await database.find({ email: lookup.encrypt("ada@example.org") });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` if the message is no look-up key; and as {@link decrypt}.
   */
  async lookup(wrappedLookupKey: Uint8Array | string, options: LookupOptions): Promise<Lookup> {
    return (await helpers()).openLookup(this, wrappedLookupKey, options);
  }

  /**
   * Decrypts a part of a message: reads its header, the frames that hold the part and, unless that is turned off, the
   * last frame, and no more. Nothing is given out unless all of these are authentic.
   *
   * @example
   * ```js
   * const { plaintext } = await envelope.openRange("https://example.org/film.mp4", { start: 0, end: 1024 });
   * ```
   *
   * @throws EdgekmsError As {@link decrypt} for the header, and as `RangeReader.read`; `SignedMessage`, see
   * `acceptUnverifiedSignature`.
   */
  async openRange(source: RangeSource, given?: RangeReaderOptions & PlaintextRange): Promise<DecryptedRange> {
    const options = checkedOptions(given);
    const reader = await this.rangeReader(source, options);
    try {
      return await reader.read(options);
    } finally {
      reader.close();
    }
  }

  /**
   * Authenticates the header of a message, of which parts are then read: one call of a key service for a whole film.
   *
   * @example
   * ```js
   * const reader = await envelope.rangeReader(file);
   * const { plaintext } = await reader.read({ start: 1_000_000, end: 1_065_536 });
   * ```
   *
   * @throws EdgekmsError As {@link openRange}.
   */
  async rangeReader(source: RangeSource, given?: RangeReaderOptions): Promise<RangeReader> {
    const options = checkedOptions(given);
    const job = this.#openJob(options);
    return (await part(() => import("./range.js"))).openReader(job, source, options);
  }

  /**
   * Gives a message another header, so that other keys decrypt it; its body is copied, never decrypted. `to` takes the
   * place of all its keys; `add` and `remove` change some. This envelope's keyring must be able to decrypt
   * the message.
   *
   * It takes nothing back: whoever could decrypt the message and kept it still can. And of messages of version 2, which
   * is what this package writes, the old and the new header together let whoever has both change the message without
   * being noticed (not read it): do not use it where old versions of a message reach people who could change it;
   * decrypt and encrypt there. See "Re-wrapped messages" in docs/security-model.md.
   *
   * @example
   * ```js
   * const forBoth = await envelope.rewrap(message, { add: kms.keyring("alias/archive") });
   * ```
   *
   * @throws EdgekmsError `SignedMessage`; `InvalidArgument` for a change that is none, or leaves no key;
   * `TooManyEncryptedDataKeys`; `TruncatedMessage` and `TrailingBytes` for what is no whole message, by its size; as
   * {@link decrypt} for the header.
   */
  async rewrap(message: Uint8Array, given: RewrapOptions): Promise<Bytes> {
    const options = checkedOptions(given);
    const job = this.#openJob(options);
    const { rewrapWhole } = await part(() => import("./rewrap.js"));
    return now(options, () => rewrapWhole(job, message, options));
  }

  /**
   * The same for a stream: `source.pipeThrough(envelope.rewrapStream({ to }))`. Whether the message is whole is found
   * out by who decrypts it.
   *
   * @example
   * ```js
   * const rewrapping = envelope.rewrapStream({ to: kms.keyring("alias/2027") });
   * await new Blob([message]).stream().pipeThrough(rewrapping).pipeTo(sink);
   * ```
   *
   * @throws EdgekmsError `InvalidArgument`, at once, for options that are none. The streams fail as {@link rewrap} does.
   */
  rewrapStream(given: RewrapOptions): BytePair {
    const options = checkedOptions(given);
    const job = this.#openJob(options);
    const stage = new LazyStage(async () => {
      const { RewrapStage, changeOf } = await part(() => import("./rewrap.js"));
      return new RewrapStage(job, changeOf(options));
    });
    return duplex(stage, options.signal);
  }

  /**
   * Bytes of the message that this envelope makes of so many bytes of plaintext. To know its header it
   * encrypts nothing: one data key is made, as for a message.
   *
   * @example
   * ```js
   * const contentLength = await envelope.sealedSize(file.size, { streamed: true });
   * ```
   *
   * @throws EdgekmsError `SignedMessage` (a signature's length varies), `InvalidArgument`, `MessageTooLong`, and as
   * {@link encrypt}.
   */
  async sealedSize(plaintextLength: number, given?: EncryptOptions & { streamed?: boolean }): Promise<number> {
    const options = checkedOptions(given);
    const job = this.#sealJob(options);
    const { sealedSizeOf } = await helpers();
    return now(options, () => sealedSizeOf(job, plaintextLength, options.streamed ?? false));
  }

  #sealJob(options: EncryptOptions): SealJob {
    checkEngine(options.engine);
    const own = this.#options;
    return {
      work: workOf(own.keyring),
      cache: this.#cache,
      scope: scopeOf(options.signal),
      engine: options.engine ?? own.engine ?? "auto",
      options: {
        suite: options.suite ?? own.suite ?? DEFAULT_SUITE,
        frameLength: options.frameLength ?? own.frameLength,
        encryptionContext: toPairs(options.encryptionContext),
        requiredContextKeys: checkedTexts(options.requiredContextKeys ?? [], "requiredContextKeys"),
        maxEncryptedDataKeys: own.maxEncryptedDataKeys,
        commitmentPolicy: own.commitmentPolicy,
      },
    };
  }

  #openJob(options: DecryptOptions): OpenJob {
    checkEngine(options.engine);
    const own = this.#options;
    const work = workOf(own.keyring);
    return {
      work: this.#cache?.opening(work) ?? work,
      scope: scopeOf(options.signal),
      engine: options.engine ?? own.engine ?? "auto",
      maxEncryptedDataKeys: own.maxEncryptedDataKeys,
      options: {
        encryptionContext: toPairs(options.encryptionContext),
        commitmentPolicy: own.commitmentPolicy,
      },
    };
  }
}

const streams = () => part(() => import("./streams.js"));
const helpers = () => part(() => import("./helpers.js"));

/** AES-256-GCM, HKDF-SHA-512, key commitment. */
const DEFAULT_SUITE = 0x0478;

/** Work on a whole message: its failures in words and with the caller's line, and an end to the waiting at an abort. */
async function now<O extends { signal?: AbortSignal }, T>(
  given: O | undefined,
  work: (options: O) => MaybePromise<T>,
): Promise<T> {
  let signal: AbortSignal | undefined;
  try {
    const options = checkedOptions(given);
    signal = options.signal;
    signal?.throwIfAborted();
    const done = work(options);
    return done instanceof Promise ? await orAborted(done, signal) : done;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    // The caller is on the stack still, or waits and V8 shows who does. To note every caller beforehand took
    // Chromium 60 microseconds a message.
    const seenBy = callSite(now);
    throw seenBy(await worded(error));
  }
}

function bytesOf(plaintext: Uint8Array | string): Bytes {
  if (typeof plaintext !== "string") return viewOf(plaintext, "plaintext", " or a text");
  return utf8(checkedUnicode(plaintext, "plaintext"));
}

/**
 * An opened message as users see it. The header is put into words when somebody looks at it: by a getter of the
 * class, as one of each object's own took longer than the AES of 1 KiB.
 */
class AuthenticHeader implements DecryptedHeader {
  readonly encryptionContext: Record<string, string>;
  readonly #bytes: Bytes;
  #header: MessageHeader | undefined;

  constructor({ header, context }: Omit<Opened, "plaintext">) {
    this.encryptionContext = fromPairs(context);
    this.#bytes = header;
  }

  get header(): MessageHeader {
    return (this.#header ??= openedHeader(this.#bytes));
  }
}

class DecryptedMessage extends AuthenticHeader implements Decrypted {
  readonly plaintext: Bytes;

  constructor(opened: Opened) {
    super(opened);
    this.plaintext = opened.plaintext;
  }
}

const decrypted = (opened: Opened): Decrypted => new DecryptedMessage(opened);

/** The same of a message whose plaintext comes in another way. */
export function told(opened: Omit<Opened, "plaintext">): DecryptedHeader {
  return new AuthenticHeader(opened);
}

function scopeOf(signal: AbortSignal | undefined): MessageScope {
  return signal === undefined ? {} : { signal };
}

function checkEngine(engine: Engine | undefined): void {
  if (engine === undefined || ["auto", "node", "webcrypto", "wasm"].includes(engine)) return;
  throw invalidArgument('engine must be "auto", "node", "webcrypto" or "wasm"');
}
