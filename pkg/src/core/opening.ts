// SPDX-License-Identifier: Apache-2.0
/** A message being opened, inside the core: its header, the materials, then the plans of its frames. */

import type { Bytes } from "../bytes.js";
import type { EncryptedDataKey, OpenMaterials } from "../keyring/materials.js";
import type { CommitmentPolicy, Pairs } from "./bindings.js";
import { type Core, Kept, type RawAesKey } from "./core.js";
import { FieldReader, FieldWriter, roomOf, u32At } from "./fields.js";
import { policyNumber } from "./policy.js";
import { limitOf } from "./sealing.js";
import { shortCopy } from "./short-copy.js";

/** What must be so for a message to be opened. */
export interface OpenOptions {
  encryptionContext: Pairs;
  commitmentPolicy?: CommitmentPolicy | undefined;
}

/** How one frame is opened. */
export interface OpenPlan {
  readonly iv: Bytes;
  readonly aad: Bytes;
  /** Bytes before the ciphertext. */
  readonly prefixLength: number;
  /** Bytes of the whole frame: prefix, ciphertext, tag. */
  readonly totalLength: number;
  readonly last: boolean;
}

/** What a header says, to anyone. */
export interface HeaderFields {
  headerLength: number;
  suite: number;
  /** 0 for a body that is not framed. */
  frameLength: number;
  messageId: Bytes;
  encryptionContext: Pairs;
  encryptedDataKeys: EncryptedDataKey[];
}

/** Bytes in which the longest prefix of a frame ends. */
export const PREFIX_LENGTH = 24;
/** Most plans of one call. */
export const MOST_PLANS = 256;
const TAG_LENGTH = 16;

/** One message, from its header on. {@link free} it at the end, whatever happened. */
export class Opening implements OpenMaterials {
  readonly suite: number;
  keyLength = 0;
  /** Bytes of each frame but the last; 0 for a body that is not framed. */
  frameLength = 0;
  /** Bytes of the header, with its authentication. */
  headerLength = 0;
  /** The curve of the signature, if the message has one. */
  curve: "P-256" | "P-384" | undefined;
  readonly kept: Kept;
  readonly #core: Core;
  #context: Pairs | undefined;
  #keys: EncryptedDataKey[] | undefined;

  /** Reads a header, or says how many bytes it takes at least. `limit`: most encrypted data keys. */
  static read(core: Core, bytes: Uint8Array, limit: number | undefined): Opening | number {
    const slot = core.checked(core.flat.header_read(core.give(bytes), limitOf(limit)));
    return slot === 0 ? core.detail(0) : new Opening(core, slot, suiteOf(bytes));
  }

  private constructor(core: Core, slot: number, suite: number) {
    this.suite = suite;
    this.#core = core;
    this.kept = new Kept(core, slot);
  }

  /** What the header says. Before {@link prepare}; nothing in it is authentic. */
  fields(): HeaderFields {
    const reader = this.#read(this.#core.flat.header_info(this.slot));
    return {
      headerLength: reader.u32(),
      suite: reader.u32(),
      frameLength: reader.u32(),
      messageId: reader.field(),
      encryptionContext: reader.pairs(),
      encryptedDataKeys: keysOf(reader),
    };
  }

  /** Checks all that needs no key. */
  prepare({ encryptionContext, commitmentPolicy }: OpenOptions): void {
    const core = this.#core;
    const writer = new FieldWriter(core.room(5 + roomOf(encryptionContext.flat())));
    writer.u8(policyNumber(commitmentPolicy));
    writer.pairs(encryptionContext);
    this.keyLength = core.checked(core.flat.open_prepare(this.slot, writer.length));
  }

  get context(): Pairs {
    return (this.#context ??= this.#read(this.#core.flat.open_context(this.slot)).pairs());
  }

  get encryptedDataKeys(): readonly EncryptedDataKey[] {
    return (this.#keys ??= keysOf(this.#read(this.#core.flat.open_keys(this.slot))));
  }

  accept(key: Bytes): boolean {
    return this.#core.checked(this.#core.flat.open_give_key(this.slot, this.#core.give(key))) === 1;
  }

  unwrapRawAes(key: RawAesKey): boolean {
    return this.#core.checked(this.#core.flat.raw_aes_unwrap(this.slot, key.slotIn(this.#core))) === 1;
  }

  /** A copy of the data key that a keyring found, before {@link authenticate}. Whoever asks wipes it. */
  dataKey(): Bytes {
    this.#core.room(32);
    return this.#core.secret(this.#core.checked(this.#core.flat.open_key(this.slot)));
  }

  /** Checks the header with the data key that a keyring found; only now are there plans. */
  authenticate(): void {
    this.headerLength = this.#core.checked(this.#core.flat.open_header(this.slot));
    this.frameLength = this.#core.detail(0);
    const bits = this.#core.detail(1);
    this.curve = bits === 0 ? undefined : bits === 256 ? "P-256" : "P-384";
  }

  /** The signer's compressed point. */
  verificationKey(): Bytes {
    return this.#core.result(this.#core.checked(this.#core.flat.open_verification_key(this.slot)));
  }

  /** The key of the frames, for an engine of the host: where it lies, so to be read and wiped at once. */
  payloadKey(): Bytes {
    return this.#core.payloadKey(this.slot);
  }

  /**
   * Plans the frames that begin at these bytes, as many as their prefixes are there for; the first frame, and
   * such as are wholly there up to `most`. A planned frame counts as opened in the core: nothing of it, or of
   * one after it, may be given out unless it is authentic.
   */
  plans(body: Bytes, most = MOST_PLANS): OpenPlan[] {
    const core = this.#core;
    const step = this.frameLength + PREFIX_LENGTH - 8 + TAG_LENGTH;
    const whole = this.frameLength === 0 ? 1 : Math.ceil(body.length / step);
    const count = Math.min(Math.max(whole, 1), most);
    const area = core.room(count * (PREFIX_LENGTH + 1));
    for (let index = 0; index < count; index += 1) {
      const at = index * (PREFIX_LENGTH + 1);
      const prefix = body.subarray(index * step, index * step + PREFIX_LENGTH);
      area[at] = prefix.length;
      area.set(prefix, at + 1);
    }
    return plansOf(shortCopy(core.room(core.checked(core.flat.open_plans(this.slot, count)))));
  }

  /** The core's number for the message, by which its AES can be used; 0 when it is over. */
  get slot(): number {
    return this.kept.slot;
  }

  free(): void {
    this.kept.free();
  }

  #read(result: number): FieldReader {
    return new FieldReader(this.#core.room(this.#core.checked(result)));
  }
}

/** After the version, and in version 1 the message's type (data-format/message-header.md, Structure). */
function suiteOf(header: Uint8Array): number {
  const at = header[0] === 1 ? 2 : 1;
  return (header[at] as number) * 256 + (header[at + 1] as number);
}

function keysOf(reader: FieldReader): EncryptedDataKey[] {
  return reader.list(() => ({
    providerId: reader.text(),
    providerInfo: reader.field(),
    ciphertext: reader.field(),
  }));
}

function plansOf(bytes: Bytes): OpenPlan[] {
  const plans: OpenPlan[] = [];
  for (let at = 0; at < bytes.length; ) {
    const prefixLength = bytes[at] as number;
    const iv = at + 8;
    const aad = iv + 12;
    const end = aad + (bytes[at + 1] as number);
    plans.push({
      iv: bytes.subarray(iv, aad),
      aad: bytes.subarray(aad, end),
      prefixLength,
      totalLength: prefixLength + u32At(bytes, at + 4) + TAG_LENGTH,
      last: bytes[at + 2] === 1,
    });
    at = end;
  }
  return plans;
}
