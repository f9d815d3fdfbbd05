// SPDX-License-Identifier: Apache-2.0
/**
 * Another header for a message that exists: other keyrings decrypt it, its body is copied. Loaded at its first use.
 *
 * What that means for whoever has both headers is said at `Envelope.rewrap` and in docs/security-model.md.
 */

import { type Bytes, concat, utf8, viewOf } from "../bytes.js";
import type { Pairs } from "../core/bindings.js";
import { type Core, core } from "../core/core.js";
import { extra } from "../core/extra.js";
import type { Opening } from "../core/opening.js";
import { Sealing } from "../core/sealing.js";
import type { MaybePromise } from "../engine/engine.js";
import { worded } from "../core/words.js";
import { invalidArgument } from "../errors.js";
import { type Keyring, workOf } from "../keyring/keyring.js";
import type { EncryptedDataKey, KeyringWork } from "../keyring/materials.js";
import { allocate } from "../runtime.js";
import type { Source } from "../source/source.js";
import { ByteQueue } from "../stream/byte-queue.js";
import type { Emit, Stage } from "../stream/duplex.js";
import type { DecryptOptions } from "./envelope.js";
import type { MessageHeader } from "./inspect.js";
import { FIRST_HEADER_TRY, type OpenJob, readHeader, truncated } from "./open.js";

export { SHARED } from "../shared.js";

/** An encrypted data key of a message, as `inspect` tells of it. */
export type EncryptedDataKeyInfo = MessageHeader["encryptedDataKeys"][number];

/** Which keys decrypt the message afterwards: `to` alone, or `add` and `remove` or one of them. */
export interface RewrapOptions extends Pick<DecryptOptions, "encryptionContext" | "signal"> {
  /** Takes the place of all keys that decrypt the message now. */
  to?: Keyring;
  /** Decrypts the message too, beside those that stay. */
  add?: Keyring;
  /**
   * Which of its keys go: the ARN of a CMK or the name of a raw key, several of them, or a function that is asked
   * about each.
   */
  remove?: string | readonly string[] | ((key: EncryptedDataKeyInfo) => boolean);
}

const NOTHING: Bytes = new Uint8Array(0);

/** The suites that commit to their data key; the second signs, and comes no further than to be refused. */
const COMMITTING = [0x0478, 0x0578];

/** What is to become of a message's keys. */
export interface Change {
  keep(keys: readonly EncryptedDataKey[]): boolean[];
  add: KeyringWork | undefined;
}

/** A header and the one that takes its place. */
export interface NewHeader {
  old: Bytes;
  bytes: Bytes;
}

/** Checks what a caller asks for. */
export function changeOf({ to, add, remove }: RewrapOptions): Change {
  if (to !== undefined) {
    if (add !== undefined || remove !== undefined) {
      throw invalidArgument("`to` takes the place of all keys: give it without `add` and `remove`");
    }
    return { keep: (keys) => keys.map(() => false), add: workOf(to) };
  }
  if (add === undefined && remove === undefined) {
    throw invalidArgument("give `to`, a keyring that takes the place of all, or `add` or `remove`");
  }
  const goes = remove === undefined ? () => false : selector(remove);
  return {
    keep(keys) {
      const keep = keys.map((key) => !goes(key));
      if (remove !== undefined && !keep.includes(false)) {
        throw invalidArgument("the message has none of the keys that `remove` names; see `inspect`");
      }
      return keep;
    },
    add: add && workOf(add),
  };
}

function selector(remove: Exclude<RewrapOptions["remove"], undefined>): (key: EncryptedDataKey) => boolean {
  if (typeof remove === "function") return (key) => remove(infoOf(key)) === true;
  const names = typeof remove === "string" ? [remove] : remove;
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string" && name !== "")) {
    throw invalidArgument("remove must be a key's ARN or name, an array of them, or a function");
  }
  return (key) => names.some((name) => isNamed(key.providerInfo, utf8(name)));
}

/** Bytes that the raw AES keyring stores after the name: lengths of tag and IV, and the IV (raw-aes-keyring.md). */
const AFTER_NAME = 4 + 4 + 12;

function isNamed(info: Bytes, name: Bytes): boolean {
  const isRawAes = info.length === name.length + AFTER_NAME && info[name.length + 3] === 128 && info[name.length + 7] === 12;
  return (info.length === name.length || isRawAes) && name.every((byte, at) => byte === info[at]);
}

function infoOf({ providerId, providerInfo, ciphertext }: EncryptedDataKey): EncryptedDataKeyInfo {
  const text = new TextDecoder().decode(providerInfo);
  return { providerId, providerInfo: text, ciphertextLength: ciphertext.length };
}

/** The new header for a message whose header was read; frees what was read. */
export async function newHeader(opening: Opening, bytes: Bytes, job: OpenJob, change: Change): Promise<NewHeader> {
  const it = await core();
  const { rewriteHeader } = await extra();
  let dataKey = NOTHING;
  try {
    const { headerLength, suite } = opening.fields();
    const old = bytes.slice(0, headerLength);
    opening.prepare(job.options);
    await job.work.unwrap(opening, job.scope);
    dataKey = opening.dataKey();
    const { context } = opening;
    const stays = Uint8Array.from(change.keep(opening.encryptedDataKeys), Number);
    opening.authenticate();
    // A signed message is refused below.
    const wraps = opening.curve === undefined ? change.add : undefined;
    const added = wraps === undefined ? NOTHING : await wrapped(it, { suite, context, dataKey }, wraps, job.scope);
    const limit = job.maxEncryptedDataKeys;
    return { old, bytes: rewriteHeader(old, dataKey, context.flat(), stays, added, limit) as Bytes };
  } catch (error) {
    throw await worded(error);
  } finally {
    dataKey.fill(0);
    opening.free();
  }
}

/** The data key's new wrapped forms, as a header of their own that nobody gets to see. */
async function wrapped(
  core: Core,
  { suite, context, dataKey }: { suite: number; context: Pairs; dataKey: Bytes },
  work: KeyringWork,
  scope: OpenJob["scope"],
): Promise<Bytes> {
  const draft = new Sealing(core, {
    suite,
    frameLength: 1,
    encryptionContext: context,
    requiredContextKeys: [],
    // Opening was allowed; what this is not is a new message.
    commitmentPolicy: COMMITTING.includes(suite) ? undefined : "forbid-encrypt-allow-decrypt",
  });
  try {
    draft.setDataKey(dataKey);
    await work.wrap(draft, scope);
    return draft.header();
  } finally {
    draft.free();
  }
}

/** The same for a message that can be read at any place. */
export async function newHeaderOf(source: Source, job: OpenJob, change: Change): Promise<NewHeader> {
  const { signal } = job.scope;
  const it = await core();
  for (let size = FIRST_HEADER_TRY; ; size *= 4) {
    const bytes = await source.read(0, Math.min(size, source.size), signal);
    const opening = readHeader(it, bytes, job.maxEncryptedDataKeys);
    if (opening !== undefined) {
      const header = await newHeader(opening, bytes, job, change);
      await checkEnd(header.old, source);
      return header;
    }
    if (size >= source.size) throw truncated();
  }
}

/**
 * Whether the message ends with its last frame, by its size and that frame's prefix: half a message must not take
 * the place of a whole one. Nothing is deciphered.
 */
async function checkEnd(header: Bytes, source: Source): Promise<void> {
  const { RangeOpener } = await extra();
  const frames = new RangeOpener(header, source.size, 0);
  const last = frames.frames;
  const [start = 0, end = 0] = frames.place(last);
  frames.plan(last, await source.read(start, Math.min(start + 24, end)));
}

/** A whole message with its new header. */
export async function rewrapWhole(job: OpenJob, message: Uint8Array, options: RewrapOptions): Promise<Bytes> {
  const bytes = viewOf(message, "message");
  const change = changeOf(options);
  const source = { size: bytes.length, read: (start: number, end: number) => bytes.subarray(start, end) };
  const header = await newHeaderOf(source, job, change);
  return concat([header.bytes, bytes.subarray(header.old.length)], allocate);
}

/** One message in, the same with a new header out. */
export class RewrapStage implements Stage {
  readonly #job: OpenJob;
  readonly #change: Change;
  readonly #queue = new ByteQueue();
  #tried = 0;
  #isDone = false;

  constructor(job: OpenJob, change: Change) {
    this.#job = job;
    this.#change = change;
  }

  write(chunk: Bytes, emit: Emit): MaybePromise<void> {
    // A copy: the chunk is the caller's again when this returns.
    if (this.#isDone) return emit(chunk.slice());
    return this.#header(chunk, emit);
  }

  close(): void {
    if (!this.#isDone) throw truncated();
  }

  dispose(): void {
    this.#queue.clear();
  }

  async #header(chunk: Bytes, emit: Emit): Promise<void> {
    this.#queue.push(chunk);
    this.#queue.retain();
    const { length } = this.#queue;
    // As in opening: a long header in small chunks stays linear. What follows is longer than what this waits for.
    if (length < this.#tried + (this.#tried >> 4)) return;
    this.#tried = length;
    const bytes = this.#queue.peek(length);
    const opening = readHeader(await core(), bytes, this.#job.maxEncryptedDataKeys);
    if (opening === undefined) return;
    const header = await newHeader(opening, bytes, this.#job, this.#change);
    this.#isDone = true;
    await emit(header.bytes);
    await emit(bytes.slice(header.old.length));
  }
}
