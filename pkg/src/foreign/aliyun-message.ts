// SPDX-License-Identifier: Apache-2.0
/**
 * Messages of the Alibaba Encryption SDK: keyrings wrap and unwrap the data key, as for our own messages, and the
 * second WebAssembly module reads and writes the bytes.
 */

import type { Bytes } from "../bytes.js";
import { type EncryptionContext, fromPairs, toPairs } from "../context.js";
import type { Extra, Pairs } from "../core/bindings.js";
import { extra } from "../core/extra.js";
import { worded } from "../core/words.js";
import { EdgekmsError, checkedNumber, invalidArgument } from "../errors.js";
import { type Keyring, workOf } from "../keyring/keyring.js";
import type { MessageScope } from "../keyring/materials.js";
import { AliyunOpening, AliyunSealing } from "./aliyun-materials.js";

export { SHARED } from "../shared.js";

/** What is written: GCM alone. `SM4_GCM_NOPADDING_128` is decrypted by the Java SDK only. */
export type WritableAliyunAlgorithm =
  | "AES_GCM_NOPADDING_256"
  | "AES_GCM_NOPADDING_128"
  | "SM4_GCM_NOPADDING_128";

/** How to encrypt a message. */
export interface EncryptAliyunMessageOptions {
  /**
   * CMKs in Alibaba's dialect: `kms.keyring(...)`, or a `multiKeyring` of several regions. The message stores their
   * ARNs.
   */
  keyring: Keyring;
  /** Authenticated with the message and stored in it, not secret. Each CMK wraps the data key under it. */
  encryptionContext?: EncryptionContext;
  /** Default `AES_GCM_NOPADDING_256`. */
  algorithm?: WritableAliyunAlgorithm;
  /** `stream` is what the Java SDK writes and reads for streams, and the Python SDK cannot read. Default `der`. */
  layout?: "der" | "stream";
  /** Ends the calls; the promise then fails with the signal's reason. */
  signal?: AbortSignal;
}

/** How to decrypt a message. */
export interface DecryptAliyunMessageOptions {
  /** `kms.keyring(...)` decrypts only what names its CMKs; `kms.discoveryKeyring()` whatever the KMS lets it. */
  keyring: Keyring;
  /** Pairs that the message must have; it may have others. */
  encryptionContext?: EncryptionContext;
  /**
   * Also decrypts messages under CBC and CTR, which do not notice changes of their content: whoever could write the
   * message has chosen what comes out. Default false.
   */
  allowUnauthenticated?: boolean;
  /** Most encrypted data keys of a message that is read, 1 to 65,535. Default 100. */
  maxEncryptedDataKeys?: number;
  /** Ends the calls; the promise then fails with the signal's reason. */
  signal?: AbortSignal;
}

/** What a message says of itself. Nothing of it is authentic. */
export interface AliyunMessageHeader {
  /** The algorithm by the SDKs' name, for example `AES_GCM_NOPADDING_256`. */
  readonly algorithm: string;
  /** Whether the algorithm notices changes of the content. */
  readonly authenticated: boolean;
  readonly encryptionContext: Readonly<Record<string, string>>;
  /** The CMKs that wrapped its data key, by their ARNs. */
  readonly keyArns: readonly string[];
}

/** A decrypted message. */
export interface DecryptedAliyunMessage {
  readonly plaintext: Bytes;
  /** The message's whole encryption context, authenticated by its header. */
  readonly encryptionContext: Readonly<Record<string, string>>;
  readonly algorithm: string;
}

/** Bytes of the data keys of what is written. */
const KEY_LENGTHS: Readonly<Record<WritableAliyunAlgorithm, number>> = {
  AES_GCM_NOPADDING_256: 32,
  AES_GCM_NOPADDING_128: 16,
  SM4_GCM_NOPADDING_128: 16,
};
const MAX_DATA_KEYS = 100;
/** What the format of the Rust side can be told. */
const MOST_DATA_KEYS = 65_535;

/** Encrypts; see {@link import("./formats.js").encryptAliyunMessage}. */
export async function encryptMessage(
  plaintext: Bytes,
  options: EncryptAliyunMessageOptions,
): Promise<Bytes> {
  const { algorithm = "AES_GCM_NOPADDING_256", layout = "der", signal } = options;
  if (!Object.hasOwn(KEY_LENGTHS, algorithm)) {
    throw invalidArgument(`algorithm must be one of ${Object.keys(KEY_LENGTHS).join(", ")}`);
  }
  if (layout !== "der" && layout !== "stream") throw invalidArgument("layout must be der or stream");
  const work = workOf(options.keyring);
  const pairs = toPairs(options.encryptionContext);
  return await withExtra(signal, async (extra) => {
    // Before any call: what cannot be written must not cost a data key.
    extra.checkAliyunMessage(algorithm, pairs);
    const materials = new AliyunSealing(KEY_LENGTHS[algorithm], pairs);
    try {
      await work.wrap(materials, scopeOf(signal));
      const { key, wrapped } = materials.done();
      return extra.sealAliyunMessage(plaintext, algorithm, key, wrapped, pairs, layout === "stream") as Bytes;
    } finally {
      materials.wipe();
    }
  });
}

/** Decrypts; see {@link import("./formats.js").decryptAliyunMessage}. */
export async function decryptMessage(
  message: Bytes,
  options: DecryptAliyunMessageOptions,
): Promise<DecryptedAliyunMessage> {
  const { maxEncryptedDataKeys = MAX_DATA_KEYS, signal } = options;
  const limit = checkedNumber(maxEncryptedDataKeys, "maxEncryptedDataKeys", MOST_DATA_KEYS);
  // Nothing but `true` lets go of what nothing authenticates.
  const release = options.allowUnauthenticated === true;
  const work = workOf(options.keyring);
  const expected = toPairs(options.encryptionContext);
  return await withExtra(signal, async (extra) => {
    const about = extra.readAliyunMessage(message, limit);
    const { algorithm, encryptionContext } = about;
    checkContext(encryptionContext, expected);
    if (!about.authenticated && !release) throw unauthenticated(algorithm);
    const materials = new AliyunOpening(about);
    try {
      await work.unwrap(materials, scopeOf(signal));
      const plaintext = extra.openAliyunMessage(message, limit, materials.key(), release) as Bytes;
      return { plaintext, encryptionContext: fromPairs(encryptionContext), algorithm };
    } finally {
      materials.wipe();
    }
  });
}

/** Reads a header; see {@link import("./formats.js").inspectAliyunMessage}. */
export async function inspectMessage(message: Bytes): Promise<AliyunMessageHeader> {
  return await withExtra(undefined, async (extra) => {
    const { algorithm, authenticated, encryptionContext, encryptedDataKeys } = extra.readAliyunMessage(
      message,
      MOST_DATA_KEYS,
    );
    const keyArns = encryptedDataKeys.map(([arn]) => arn);
    return { algorithm, authenticated, encryptionContext: fromPairs(encryptionContext), keyArns };
  });
}

/** Work with the second module, whose errors are plain ones with a code. */
async function withExtra<T>(
  signal: AbortSignal | undefined,
  work: (extra: Extra) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await work(await extra());
  } catch (error) {
    throw signal?.aborted ? signal.reason : await worded(error);
  }
}

function scopeOf(signal: AbortSignal | undefined): MessageScope {
  return signal === undefined ? {} : { signal };
}

function unauthenticated(algorithm: string): EdgekmsError {
  const text =
    `${algorithm} does not notice changes of the content; ` +
    "pass allowUnauthenticated: true if you trust where the message comes from";
  return new EdgekmsError("UnauthenticatedAlgorithm", text);
}

/** Names the pair that differs, not its values. */
function checkContext(pairs: Pairs, expected: Pairs): void {
  const found = new Map(pairs);
  const wrong = expected.find(([name, value]) => found.get(name) !== value);
  if (wrong === undefined) return;
  const has = found.has(wrong[0]) ? "has another value of" : "has no";
  const text = `the message's encryption context ${has} ${JSON.stringify(wrong[0])}, which was given`;
  throw new EdgekmsError("ContextMismatch", text);
}
