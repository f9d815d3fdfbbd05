// SPDX-License-Identifier: Apache-2.0
/** The public interface, the same from every entry point. */

export type { SigningAlgorithmName } from "./algorithms.js";
export type { KeyVersionOptions, Signable, SigningOptions } from "./asymmetric.js";
export type { CommitmentPolicy, RsaPadding } from "./bindings.js";
export type { EncryptionContext } from "./context.js";
export { assumeRole, type AssumeRoleOptions } from "./credentials/assume-role.js";
export {
  assumeRoleWithOidc,
  type AssumeRoleWithOidcOptions,
} from "./credentials/assume-role-with-oidc.js";
export type { Credentials, CredentialsProvider } from "./credentials/source.js";
export type { SessionOptions } from "./credentials/sts.js";
export type { Answered, Dialect } from "./dialect.js";
export type { BytePair } from "./duplex.js";
export type { Engine } from "./engines/engine.js";
export {
  type DecryptOptions,
  type DecryptStream,
  type Decrypted,
  type EncryptOptions,
  Envelope,
  type EnvelopeOptions,
  type OpenedHeader,
  type StreamOptions,
  type WritableSuite,
} from "./envelope.js";
export { EdgekmsError, type EdgekmsErrorDetails, type ErrorCode } from "./errors.js";
export {
  type ExplainOptions,
  type ExplainedStatement,
  type Explanation,
  type PolicyKind,
  type StatementPlace,
  explainPermission,
} from "./explain.js";
export type { AliyunErrorCode, AwsErrorCode } from "./generated/codes.js";
export type { ImportOptions } from "./import.js";
export { inspect, type MessageHeader } from "./inspect.js";
export {
  type Keyring,
  type MultiKeyringOptions,
  multiKeyring,
  type RawAesKeyringOptions,
  rawAesKeyring,
  type RawRsaKeyringOptions,
  rawRsaKeyring,
} from "./keyrings.js";
export type * from "./generated/aliyun.js";
export type * as aliyun from "./generated/aliyun.js";
export type * as aws from "./generated/aws.js";
export type { CallOptions } from "./call-options.js";
export { KmsClient, type KmsClientOptions } from "./kms-client.js";
export { PublicKey, type PublicKeyNames } from "./public-key.js";
export type { OnProgress } from "./seal.js";
export type { Fetch } from "./transport.js";
