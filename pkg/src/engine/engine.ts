// SPDX-License-Identifier: Apache-2.0
/**
 * AES-GCM on one frame, done by the host.
 *
 * The core decides keys, IVs, AAD, order and commitment; an engine only ciphers. Large frames
 * therefore never pass through WebAssembly memory.
 */

import type { Bytes } from "../bytes.js";

/** The engines a user can force; `auto` chooses by runtime and size. */
export type Engine = "auto" | "node" | "webcrypto" | "wasm";

/** Length in bytes of the authentication tag of every suite. */
export const TAG_LENGTH = 16;

/** A value now or later: synchronous engines cost no promise. */
export type MaybePromise<T> = T | Promise<T>;

/** The numbers that make one frame's cipher call unique. */
export interface FrameInput {
  readonly iv: Bytes;
  readonly aad: Bytes;
}

/** AES-GCM under one key. Once it is ready, input is read before the call returns, even by asynchronous engines. */
export interface FrameCipher {
  /** Where the host takes keys in asynchronously: when it has this one. Frames that are given before wait for it. */
  readonly ready?: Promise<unknown>;
  /** Ciphertext and tag, in one piece or several. */
  seal(frame: FrameInput, plaintext: Bytes): MaybePromise<Bytes[]>;
  /**
   * The plaintext of `ciphertext || tag`.
   *
   * Fails with `FrameNotAuthentic`, with no plaintext, where the tag does not fit.
   */
  open(frame: FrameInput, sealed: Bytes): MaybePromise<Bytes>;
}

/** Takes a key in; the caller wipes its copy afterwards. */
export type CipherFactory = (key: Bytes) => FrameCipher;
