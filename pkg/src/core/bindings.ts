// SPDX-License-Identifier: Apache-2.0
/**
 * What the package uses of the two WebAssembly modules.
 *
 * Written by hand, so that the compiler checks the generated declarations against it: a binding
 * that changes its shape stops the build here and not in a user's program.
 */

import type { Bytes } from "../bytes.js";

/** Pairs of an encryption context as they cross into WebAssembly. */
export type Pairs = [string, string][];

/** Who wrapped a data key, as messages name it. */
export type KeyProvider = "aliyun-kms" | "aws-kms";

/** How a KMS keyring reaches the key service. */
export interface KmsPort {
  generateDataKey(keyId: string, numberOfBytes: number, context: Pairs): Promise<GeneratedKey>;
  encrypt(keyId: string, plaintext: Uint8Array, context: Pairs): Promise<WrappedKey>;
  decrypt(ciphertextBlob: Uint8Array, context: Pairs): Promise<UnwrappedKey>;
  resolveArn(keyId: string): Promise<string>;
}

/** A data key in clear and wrapped. */
export interface GeneratedKey extends WrappedKey {
  plaintext: Uint8Array;
}

/** A data key wrapped under the CMK with this ARN. */
export interface WrappedKey {
  keyArn: string;
  ciphertextBlob: Uint8Array;
}

/** A data key unwrapped by the CMK with this id. */
export interface UnwrappedKey {
  keyId: string;
  plaintext: Uint8Array;
}

/** RSA bound to one key and padding, done by the host. */
export interface RsaPort {
  encrypt(data: Uint8Array): Promise<Uint8Array>;
  decrypt(data: Uint8Array): Promise<Uint8Array>;
}

/** The paddings that the raw RSA keyring knows. */
export type RsaPadding = "oaep-sha1" | "oaep-sha256" | "oaep-sha384" | "oaep-sha512" | "pkcs1";

/** Which suites may be written and read, by whether they commit to the key. */
export type CommitmentPolicy =
  | "require-encrypt-require-decrypt"
  | "require-encrypt-allow-decrypt"
  | "forbid-encrypt-allow-decrypt";

/** A keyring inside WebAssembly. */
export interface WasmKeyring {
  free(): void;
}

/** Everything that shapes a message. */
export interface SealOptions {
  suite?: number;
  frameLength?: number;
  encryptionContext?: Pairs;
  requiredContextKeys?: string[];
  maxEncryptedDataKeys?: number;
  commitmentPolicy?: CommitmentPolicy;
  verificationKey?: Uint8Array;
}

/** One frame as the host needs it to do the AES. */
export interface FramePlan {
  readonly prefix: Uint8Array;
  readonly iv: Uint8Array;
  readonly aad: Uint8Array;
  readonly contentLength: number;
  readonly totalLength: number;
  readonly last: boolean;
  free(): void;
}

/** A message being sealed. */
export interface Sealer {
  readonly header: Uint8Array;
  readonly frameLength: number;
  readonly encryptionContext: Pairs;
  payloadKey(): Uint8Array;
  next(plaintextLength: number, last: boolean): FramePlan;
  sealFrame(plaintext: Uint8Array, last: boolean): Uint8Array;
  sealAll(plaintext: Uint8Array): Uint8Array;
  free(): void;
}

/** What a header says, readable without a key. Nothing in it is authenticated. */
export interface HeaderInfo {
  version: 1 | 2;
  suite: number;
  suiteName: string;
  committing: boolean;
  signed: boolean;
  messageId: string;
  encryptionContext: Pairs;
  encryptedDataKeys: { providerId: string; providerInfo: string; ciphertextLength: number }[];
  framed: boolean;
  frameLength: number;
  headerLength: number;
}

/** A parsed header, not yet authenticated. */
export interface WasmHeader {
  readonly length: number;
  readonly info: HeaderInfo;
  authenticate(
    keyring: WasmKeyring,
    options: { encryptionContext?: Pairs; commitmentPolicy?: string },
  ): Promise<Opener>;
  free(): void;
}

/** A message being opened; exists only behind an authentic header. */
export interface Opener {
  readonly encryptionContext: Pairs;
  readonly verificationKey: Uint8Array | undefined;
  readonly curve: string | undefined;
  readonly done: boolean;
  payloadKey(): Uint8Array;
  next(bytes: Uint8Array): FramePlan | undefined;
  opened(): void;
  openFrame(frame: Uint8Array): Uint8Array;
  free(): void;
}

/** The main module. */
export interface Bindings {
  Keyring: {
    rawAes(namespace: string, name: string, wrappingKey: Uint8Array): WasmKeyring;
    rawRsa(namespace: string, name: string, padding: RsaPadding, port: RsaPort): WasmKeyring;
    kms(
      keyId: string,
      additionalKeyIds: string[],
      port: KmsPort,
      provider: KeyProvider,
    ): WasmKeyring;
    kmsDiscovery(accountIds: string[], port: KmsPort): WasmKeyring;
    multi(generator: WasmKeyring | null | undefined, children: WasmKeyring[]): WasmKeyring;
  };
  Sealer: { start(keyring: WasmKeyring, options: SealOptions): Promise<Sealer> };
  readHeader(bytes: Uint8Array, maxEncryptedDataKeys?: number): WasmHeader | undefined;
  aesGcmSeal(key: Bytes, iv: Bytes, aad: Bytes, plaintext: Bytes): Uint8Array;
  aesGcmOpen(key: Bytes, iv: Bytes, aad: Bytes, ciphertextAndTag: Bytes): Uint8Array;
  version(): string;
}

/** The footer signature, loaded only when a signing suite is used. */
export interface SigningBindings {
  Signer: new () => FooterSigner;
  Verifier: new (curve: string, verificationKey: Uint8Array) => FooterVerifier;
}

/** A running signature over a message. */
export interface FooterSigner {
  readonly verificationKey: Uint8Array;
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
