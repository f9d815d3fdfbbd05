// SPDX-License-Identifier: Apache-2.0
/** The public interface, the same from every entry point. */

export type { SigningAlgorithmName } from "./kms/algorithms.js";
export type { KeyVersionOptions, Signable, SigningOptions } from "./kms/asymmetric.js";
export type { CommitmentPolicy } from "./core/bindings.js";
export type { EncryptionContext } from "./context.js";
export { assumeRole, type AssumeRoleOptions } from "./credentials/assume-role.js";
export {
  assumeRoleWithOidc,
  type AssumeRoleWithOidcOptions,
} from "./credentials/assume-role-with-oidc.js";
export type { Credentials, CredentialsProvider } from "./credentials/source.js";
export type { SessionOptions } from "./credentials/sts.js";
export type { Answered, Dialect } from "./kms/dialect.js";
export type { BytePair } from "./stream/duplex.js";
export type { Engine } from "./engine/engine.js";
export {
  type DecryptOptions,
  type DecryptStream,
  type Decrypted,
  type EncryptOptions,
  Envelope,
  type EnvelopeOptions,
  type DecryptedHeader,
  type StreamOptions,
  type WritableSuite,
} from "./envelope/envelope.js";
export type { Lookup, LookupOptions } from "./envelope/lookup.js";
export type {
  ContextOfMany,
  DecryptManyOptions,
  EncryptManyOptions,
  ManyOptions,
  ManyProgress,
  Outcome,
} from "./envelope/many.js";
export type {
  DecryptFieldsOptions,
  EncryptFieldsOptions,
  MissingOption,
  Replaced,
} from "./envelope/object-fields.js";
export { EdgekmsError, type EdgekmsErrorDetails, type ErrorCode } from "./errors.js";
export {
  type ExplainOptions,
  type ExplainedStatement,
  type Explanation,
  type PolicyKind,
  type StatementPlace,
  explainPermission,
} from "./kms/explain.js";
export type {
  AliyunMessageHeader,
  DecryptAliyunMessageOptions,
  DecryptedAliyunMessage,
  EncryptAliyunMessageOptions,
  WritableAliyunAlgorithm,
} from "./foreign/aliyun-message.js";
export {
  decryptAliyunMessage,
  decryptOssObject,
  encryptAliyunMessage,
  encryptOssObject,
  inspectAliyunMessage,
} from "./foreign/formats.js";
export type { AliyunErrorCode, AwsErrorCode } from "./generated/codes.js";
export type { ImportOptions } from "./kms/import.js";
export {
  type FileName,
  openFile,
  rewrapFile,
  type RewrapFileOptions,
  type RewrappedFile,
  sealFile,
  type TargetFileOptions,
} from "./envelope/files.js";
export { inspect, type MessageHeader } from "./envelope/inspect.js";
export type { CacheCounters, CacheOptions } from "./keyring/cache.js";
export type { DecryptedRange, PlaintextRange, RangeReader, RangeReaderOptions } from "./envelope/range.js";
export type { EncryptedDataKeyInfo, RewrapOptions } from "./envelope/rewrap.js";
export { plaintextSize, sealedSize, type SealedSizeOptions, type SizedHeader } from "./envelope/sizes.js";
export type { Keyring, KeyNames } from "./keyring/keyring.js";
export { type MultiKeyringOptions, multiKeyring } from "./keyring/multi.js";
export { type PasswordKeyringOptions, passwordKeyring } from "./keyring/password.js";
export { type RawAesKeyringOptions, rawAesKeyring } from "./keyring/raw-aes.js";
export { type RawRsaKeyringOptions, rawRsaKeyring } from "./keyring/raw-rsa.js";
export type { RsaKeys, RsaPadding } from "./keyring/rsa.js";
export type * from "./generated/aliyun.js";
export type * as aliyun from "./generated/aliyun.js";
export type * as aws from "./generated/aws.js";
export type { CallOptions } from "./kms/call-options.js";
export { KmsClient, type KmsClientOptions } from "./kms/kms-client.js";
export { PublicKey, type PublicKeyNames } from "./kms/public-key.js";
export type { OssKmsMasterKey, OssMasterKey, OssRsaMasterKey } from "./oss/master-key.js";
export type { OssHeaders, OssMultipart, OssObjectInfo, OssWrapAlgorithm } from "./oss/metadata.js";
export type {
  DecryptOssObjectOptions,
  EncryptOssObjectOptions,
  EncryptedOssObject,
} from "./oss/object.js";
export type { OnProgress } from "./envelope/seal.js";
export type { Fetch } from "./kms/transport.js";
export type { FileLike, HttpSourceOptions, RangeSource } from "./source/source.js";
