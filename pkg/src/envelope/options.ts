// SPDX-License-Identifier: Apache-2.0
/** What an envelope and its messages are told, and what a decrypted message tells. */

import type { Bytes } from "../bytes.js";
import type { EncryptionContext } from "../context.js";
import type { CommitmentPolicy } from "../core/bindings.js";
import type { Engine } from "../engine/engine.js";
import type { CacheOptions } from "../keyring/cache.js";
import type { Keyring } from "../keyring/keyring.js";
import type { BytePair } from "../stream/duplex.js";
import type { MessageHeader } from "./inspect.js";
import type { OnProgress } from "./seal.js";

/** The suites that are written: 0x0478, and 0x0578 which also signs. */
export type WritableSuite = 0x0478 | 0x0578;

/** What all messages of one envelope share. */
export interface EnvelopeOptions {
  keyring: Keyring;
  /** Default `require-encrypt-require-decrypt`. */
  commitmentPolicy?: CommitmentPolicy;
  /** Default 0x0478: AES-256-GCM, HKDF-SHA-512, key commitment. */
  suite?: WritableSuite;
  /**
   * Bytes of plaintext a frame. Default: in a stream 65,536, and 262,144 where WebCrypto encrypts it, as in browsers;
   * in a message whose length is known, up to 4 MiB. A stream gives out a frame when all of it has come: where data
   * trickles, say less.
   */
  frameLength?: number;
  /** More encrypted data keys than this are refused. Default: no cap below the format's 65,535. */
  maxEncryptedDataKeys?: number;
  /** Default `auto`: the fastest that this runtime has for the size. */
  engine?: Engine;
  /**
   * Uses data keys for more than one message. Off unless given: a data key in the cache encrypts and decrypts until
   * it is `maxAgeSeconds` old, though its CMK was disabled meanwhile.
   */
  cache?: CacheOptions;
}

/** What one message to be encrypted may add. */
export interface EncryptOptions {
  /** Authenticated with the message and stored in it in clear. */
  encryptionContext?: EncryptionContext;
  /** Names in the context that are authenticated but not stored: needed again to decrypt. */
  requiredContextKeys?: readonly string[];
  suite?: WritableSuite;
  frameLength?: number;
  engine?: Engine;
  signal?: AbortSignal;
}

/** What one message to be decrypted may add. */
export interface DecryptOptions {
  /** Pairs that the message must have been encrypted with. Others may be in it. */
  encryptionContext?: EncryptionContext;
  engine?: Engine;
  signal?: AbortSignal;
}

/** What a stream takes besides. */
export interface StreamOptions {
  /** Called with the bytes of input processed so far. */
  onProgress?: OnProgress;
}

/** A decrypted message. */
export interface Decrypted {
  plaintext: Bytes;
  /** The whole authenticated context. Check in it what must be so. */
  encryptionContext: Record<string, string>;
  header: MessageHeader;
}

/** The authenticated header of a stream. */
export type DecryptedHeader = Omit<Decrypted, "plaintext">;

/** A pair of streams that decrypts a message. */
export interface DecryptStream extends BytePair {
  /** Settles when the header is authentic, before any plaintext comes out. */
  readonly header: Promise<DecryptedHeader>;
}
