// SPDX-License-Identifier: Apache-2.0
/** A message being sealed, inside the core: first its materials, then its header and the plans of its frames. */

import type { Bytes } from "../bytes.js";
import type { EncryptedDataKey, SealMaterials } from "../keyring/materials.js";
import { checkedNumber } from "../errors.js";
import type { CommitmentPolicy, Pairs } from "./bindings.js";
import { type Core, Kept, type RawAesKey, Refused } from "./core.js";
import { FieldReader, FieldWriter, roomOf } from "./fields.js";
import { policyNumber } from "./policy.js";
import { shortCopy } from "./short-copy.js";

/** Everything that shapes a message. */
export interface SealOptions {
  suite: number;
  frameLength: number;
  encryptionContext: Pairs;
  requiredContextKeys: readonly string[];
  maxEncryptedDataKeys?: number | undefined;
  commitmentPolicy?: CommitmentPolicy | undefined;
  /** The signer's public key as a compressed point; signing suites need it. */
  verificationKey?: Uint8Array | undefined;
}

/** How one frame is made: `prefix || AES-GCM(iv, aad, plaintext)`. */
export interface SealPlan {
  readonly prefix: Bytes;
  readonly iv: Bytes;
  readonly aad: Bytes;
}

const MOST_16 = 0xffff;
const MOST_32 = 0xffffffff;
const NOTHING = new Uint8Array(0);

/** Bytes of the suites' data keys: the second digit of their numbers says it. */
const KEY_LENGTHS = [0, 16, 0, 0, 24, 0, 0, 32];

/** The most encrypted data keys of a message, as the core takes it: without one, what 16 bits cannot say. */
export function limitOf(maxEncryptedDataKeys: number | undefined): number {
  if (maxEncryptedDataKeys === undefined) return MOST_32;
  return checkedNumber(maxEncryptedDataKeys, "maxEncryptedDataKeys", MOST_16);
}

/** One message. {@link free} it at the end, whatever happened. */
export class Sealing implements SealMaterials {
  readonly keyLength: number;
  readonly #core: Core;
  readonly kept: Kept;
  #context: Pairs | undefined;

  constructor(core: Core, options: SealOptions) {
    const { encryptionContext, requiredContextKeys, verificationKey = NOTHING } = options;
    const texts = [...encryptionContext.flat(), ...requiredContextKeys];
    const writer = new FieldWriter(core.room(29 + roomOf(texts) + verificationKey.length));
    writer.u32(checkedNumber(options.suite, "suite", MOST_16, 0));
    writer.u8(policyNumber(options.commitmentPolicy));
    writer.u32(checkedNumber(options.frameLength, "frameLength", MOST_32));
    writer.u32(limitOf(options.maxEncryptedDataKeys));
    writer.pairs(encryptionContext);
    writer.texts(requiredContextKeys);
    writer.field(verificationKey);
    this.#core = core;
    this.keyLength = KEY_LENGTHS[(options.suite >> 4) & 15] ?? 0;
    try {
      this.kept = new Kept(core, core.checked(core.flat.seal_begin(writer.length)));
    } catch (error) {
      const given = new Map(encryptionContext);
      if (error instanceof Refused) error.pair = requiredContextKeys.find((key) => !given.has(key));
      throw error;
    }
  }

  get context(): Pairs {
    const core = this.#core;
    this.#context ??= new FieldReader(core.room(core.checked(core.flat.seal_context(this.slot)))).pairs();
    return this.#context;
  }

  dataKey(): Bytes | undefined {
    const length = this.#core.checked(this.#core.flat.seal_key(this.slot));
    return length === 0 ? undefined : this.#core.secret(length);
  }

  makeDataKey(): void {
    this.#core.random();
    this.#core.checked(this.#core.flat.seal_make_key(this.slot));
  }

  setDataKey(key: Bytes): void {
    this.#core.checked(this.#core.flat.seal_give_key(this.slot, this.#core.give(key)));
  }

  push({ providerId, providerInfo, ciphertext }: EncryptedDataKey): void {
    const room = roomOf([providerId]) + 8 + providerInfo.length + ciphertext.length;
    const writer = new FieldWriter(this.#core.room(room));
    writer.text(providerId);
    writer.field(providerInfo);
    writer.field(ciphertext);
    this.#core.checked(this.#core.flat.seal_push(this.slot, writer.length));
  }

  wrapRawAes(key: RawAesKey): void {
    const slot = key.slotIn(this.#core);
    this.#core.random();
    this.#core.checked(this.#core.flat.raw_aes_wrap(this.slot, slot));
  }

  /** Seals the header, and gives it: the start of the message. */
  header(): Bytes {
    this.#core.random();
    return this.#core.result(this.#core.checked(this.#core.flat.seal_header(this.slot)));
  }

  /** The key of the frames, for an engine of the host: where it lies, so to be read and wiped at once. */
  payloadKey(): Bytes {
    return this.#core.payloadKey(this.slot);
  }

  /** Plans so many frames of this length (256 at the most), of which the last may end the message. */
  plans(length: number, count: number, last: boolean): SealPlan[] {
    const core = this.#core;
    const bytes = shortCopy(core.room(core.checked(core.flat.seal_plans(this.slot, length, count, last ? 1 : 0))));
    const plans: SealPlan[] = [];
    for (let at = 0; at < bytes.length; ) {
      const iv = at + 2;
      const prefix = iv + 12;
      const aad = prefix + (bytes[at] as number);
      const end = aad + (bytes[at + 1] as number);
      plans.push({
        iv: bytes.subarray(iv, prefix),
        prefix: bytes.subarray(prefix, aad),
        aad: bytes.subarray(aad, end),
      });
      at = end;
    }
    return plans;
  }

  /** The core's number for the message, by which its AES can be used; 0 when it is over. */
  get slot(): number {
    return this.kept.slot;
  }

  free(): void {
    this.kept.free();
  }
}
