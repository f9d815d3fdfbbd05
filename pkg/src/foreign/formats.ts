// SPDX-License-Identifier: Apache-2.0
/**
 * Formats beside ours. What does the work is loaded at its first use, and so is the WebAssembly that it needs: a
 * page that uses neither downloads nothing of it.
 */

import { type Bytes, utf8, viewOf } from "../bytes.js";
import { checkedOptions } from "../errors.js";
import type {
  DecryptOssObjectOptions,
  EncryptOssObjectOptions,
  EncryptedOssObject,
  OssContent,
} from "../oss/object.js";
import type { OssHeaders } from "../oss/metadata.js";
import { part } from "../part.js";
import type {
  AliyunMessageHeader,
  DecryptAliyunMessageOptions,
  DecryptedAliyunMessage,
  EncryptAliyunMessageOptions,
} from "./aliyun-message.js";

/** Bytes in any form. */
type BytesLike = Uint8Array | ArrayBuffer | ArrayBufferView;

/**
 * Encrypts bytes, or a text as UTF-8, into a message that the Alibaba Encryption SDKs (Python, Java) decrypt. For
 * everything that those need not decrypt, `Envelope` is the better choice: it streams, and commits to its key.
 *
 * The whole message is in memory.
 *
 * @example
 * ```js
 * const keyring = kms.keyring("alias/photos", { additionalKeyIds: ["alias/archive"] });
 * const message = await encryptAliyunMessage(bytes, { keyring, encryptionContext: { album: "42" } });
 * ```
 * @throws EdgekmsError `InvalidArgument`, `InvalidContext`, `MessageTooLong`, `WasmUnavailable`, `PartUnavailable`, or
 * what the KMS answers.
 */
export async function encryptAliyunMessage(
  plaintext: BytesLike | string,
  options: EncryptAliyunMessageOptions,
): Promise<Bytes> {
  const given = checkedOptions(options);
  const bytes = typeof plaintext === "string" ? utf8(plaintext) : viewOf(plaintext, "plaintext", " or a text");
  return (await aliyunMessage()).encryptMessage(bytes, given);
}

/**
 * Decrypts a message of an Alibaba Encryption SDK, in either layout. The keyring says which CMKs may decrypt it: one of
 * `kms.keyring(...)` asks the KMS about no other, and refuses a CMK that the message claims and the KMS does not
 * confirm.
 *
 * @example
 * ```js
 * const keyring = multiKeyring({ children: [hangzhou.keyring(arn), beijing.keyring(otherArn)] });
 * const { plaintext, encryptionContext } = await decryptAliyunMessage(message, { keyring });
 * ```
 * @throws EdgekmsError `NoDataKey` if no CMK of the keyring is the message's, or the KMS's own error if only one is
 * and cannot unwrap; `UnauthenticatedAlgorithm` for CBC and CTR, unless `allowUnauthenticated`; `ContextMismatch`;
 * `MalformedHeader`, `MalformedFrame`, `UnsupportedSuite`, `TruncatedMessage`, `TrailingBytes`,
 * `TooManyEncryptedDataKeys`, `HeaderNotAuthentic`, `FrameNotAuthentic`.
 */
export async function decryptAliyunMessage(
  message: BytesLike,
  options: DecryptAliyunMessageOptions,
): Promise<DecryptedAliyunMessage> {
  const given = checkedOptions(options);
  const bytes = viewOf(message, "message");
  return (await aliyunMessage()).decryptMessage(bytes, given);
}

/**
 * What a message of an Alibaba Encryption SDK says of itself, read without a key. Nothing of it is authentic.
 *
 * @example
 * ```js
 * const message = await encryptAliyunMessage(bytes, { keyring: kms.keyring("alias/photos") });
 * const { algorithm, encryptionContext } = await inspectAliyunMessage(message);
 * ```
 *
 * @throws EdgekmsError as {@link decryptAliyunMessage} for bytes that are no message.
 */
export async function inspectAliyunMessage(message: BytesLike): Promise<AliyunMessageHeader> {
  const bytes = viewOf(message, "message");
  return (await aliyunMessage()).inspectMessage(bytes);
}

/**
 * Encrypts an object for OSS as its SDKs do at the client: AES-256-CTR under a data key of its own, which a CMK or an
 * RSA key wraps. Upload `body` with `headers`.
 *
 * **Nothing authenticates it.** Whoever can write to the bucket can change chosen bits of the content, unnoticed. Where
 * no OSS SDK has to read the object, upload a message of `Envelope` instead.
 *
 * @example
 * ```js
 * const { body, headers } = await encryptOssObject(bytes, { masterKey: { kms, keyId: "alias/photos" } });
 * await fetch(presignedUrl, { method: "PUT", body, headers });
 * ```
 * @throws EdgekmsError `InvalidArgument`, `EngineUnavailable` for what only Node or https has, or what the KMS answers.
 */
export async function encryptOssObject(
  content: BytesLike,
  options: EncryptOssObjectOptions,
): Promise<EncryptedOssObject<Bytes>>;
/** The same for a stream, of which nothing is held back. */
export async function encryptOssObject(
  content: ReadableStream<Uint8Array>,
  options: EncryptOssObjectOptions,
): Promise<EncryptedOssObject<ReadableStream<Bytes>>>;
export async function encryptOssObject(
  content: OssContent,
  options: EncryptOssObjectOptions,
): Promise<EncryptedOssObject<Bytes> | EncryptedOssObject<ReadableStream<Bytes>>> {
  const { encryptObject } = await ossObject();
  return (await encryptObject(content, checkedOptions(options))) as EncryptedOssObject<Bytes>;
}

/**
 * Decrypts an object that an OSS SDK, or {@link encryptOssObject}, encrypted at the client. `headers` are those of the
 * answer; if it is one to a Range request, `Content-Range` says which bytes came, and any range can be decrypted.
 *
 * **Nothing authenticates what comes out**, and nothing can: AES-CTR does not notice changes. A length that differs
 * from the one in the headers is refused, which notices accidents and no attacker.
 *
 * @example
 * ```js
 * const answer = await fetch(presignedUrl);
 * const bytes = await decryptOssObject(await answer.arrayBuffer(), answer.headers, { masterKey: { kms, keyId } });
 * ```
 * @throws EdgekmsError `MalformedHeader` if the object is not encrypted, `UnsupportedSuite` if by another algorithm,
 * `NoDataKey` if under another master key, `TruncatedMessage`, `TrailingBytes`, or what the KMS answers.
 */
export async function decryptOssObject(
  body: BytesLike,
  headers: OssHeaders,
  options: DecryptOssObjectOptions,
): Promise<Bytes>;
/** The same for a stream. Its length is checked at its end, after all of it was released. */
export async function decryptOssObject(
  body: ReadableStream<Uint8Array>,
  headers: OssHeaders,
  options: DecryptOssObjectOptions,
): Promise<ReadableStream<Bytes>>;
export async function decryptOssObject(
  body: OssContent,
  headers: OssHeaders,
  options: DecryptOssObjectOptions,
): Promise<Bytes | ReadableStream<Bytes>> {
  return (await ossObject()).decryptObject(body, headers, checkedOptions(options));
}

const aliyunMessage = () => part(() => import("./aliyun-message.js"));
const ossObject = () => part(() => import("../oss/object.js"));
