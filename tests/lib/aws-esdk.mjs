// SPDX-License-Identifier: Apache-2.0

/**
 * The AWS Encryption SDK for JavaScript as the other side of the message format: its client, its
 * keyrings, and the one kind of message it can read but has no call to write (non-framed), put
 * together from its own serialiser, materials and ciphers.
 */

import { constants, randomBytes } from "node:crypto";
import {
  CommitmentPolicy,
  MultiKeyringNode,
  NodeAlgorithmSuite,
  NodeDefaultCryptographicMaterialsManager,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
  RawRsaKeyringNode,
  buildClient,
  getEncryptHelper,
} from "@aws-crypto/client-node";
import {
  ContentType,
  MessageIdLength,
  aadFactory,
  serializeFactory,
  serializeMessageHeaderAuth,
  serializeSignatureInfo,
} from "@aws-crypto/serialize";
import { concatBytes, utf8 } from "./bytes.mjs";

/** Every suite of the specification: identifier, whether its header commits to the key, whether it signs. */
export const SUITES = [
  { id: 0x0014, name: "AES-128 no KDF", committing: false, signing: false },
  { id: 0x0046, name: "AES-192 no KDF", committing: false, signing: false },
  { id: 0x0078, name: "AES-256 no KDF", committing: false, signing: false },
  { id: 0x0114, name: "AES-128 HKDF-SHA-256", committing: false, signing: false },
  { id: 0x0146, name: "AES-192 HKDF-SHA-256", committing: false, signing: false },
  { id: 0x0178, name: "AES-256 HKDF-SHA-256", committing: false, signing: false },
  { id: 0x0214, name: "AES-128 HKDF-SHA-256 ECDSA P-256", committing: false, signing: true },
  { id: 0x0346, name: "AES-192 HKDF-SHA-384 ECDSA P-384", committing: false, signing: true },
  { id: 0x0378, name: "AES-256 HKDF-SHA-384 ECDSA P-384", committing: false, signing: true },
  { id: 0x0478, name: "AES-256 HKDF-SHA-512 committing", committing: true, signing: false },
  { id: 0x0578, name: "AES-256 HKDF-SHA-512 committing ECDSA P-384", committing: true, signing: true },
];

/** @param {number} id */
export function suiteLabel(id) {
  return `0x${id.toString(16).padStart(4, "0")}`;
}

const committingClient = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const nonCommittingClient = buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);

/**
 * The client whose commitment policy allows this suite. Its own policies are exclusive: the one
 * that seals without commitment cannot seal with it.
 *
 * @param {number} suiteId
 */
export function awsClient(suiteId) {
  return SUITES.find((suite) => suite.id === suiteId)?.committing ? committingClient : nonCommittingClient;
}

const WRAPPING_SUITES = {
  16: RawAesWrappingSuiteIdentifier.AES128_GCM_IV12_TAG16_NO_PADDING,
  24: RawAesWrappingSuiteIdentifier.AES192_GCM_IV12_TAG16_NO_PADDING,
  32: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
};

/**
 * @param {{ namespace: string, name: string, wrappingKey: Uint8Array }} key
 */
export function awsRawAes({ namespace, name, wrappingKey }) {
  return new RawAesKeyringNode({
    keyNamespace: namespace,
    keyName: name,
    // Their keyring wants memory of its own, not a view into a larger buffer.
    unencryptedMasterKey: new Uint8Array(wrappingKey),
    wrappingSuite: WRAPPING_SUITES[wrappingKey.length],
    // The specification's order. Without it this keyring sorts by the machine's locale.
    utf8Sorting: true,
  });
}

/** edgekms's name of a padding -> the options of `@aws-crypto/client-node`. */
const RSA_PADDINGS = {
  "oaep-sha1": { oaepHash: "sha1" },
  "oaep-sha256": { oaepHash: "sha256" },
  "oaep-sha384": { oaepHash: "sha384" },
  "oaep-sha512": { oaepHash: "sha512" },
  pkcs1: { padding: constants.RSA_PKCS1_PADDING },
};

/**
 * @param {{ namespace: string, name: string, padding: keyof typeof RSA_PADDINGS, publicKey?: string, privateKey?: string }} key
 */
export function awsRawRsa({ namespace, name, padding, publicKey, privateKey }) {
  return new RawRsaKeyringNode({
    keyNamespace: namespace,
    keyName: name,
    rsaKey: { publicKey, privateKey },
    ...RSA_PADDINGS[padding],
  });
}

/** @param {{ generator?: unknown, children?: unknown[] }} keyrings */
export function awsMulti(keyrings) {
  return new MultiKeyringNode(keyrings);
}

/**
 * @param {unknown} keyring
 * @param {Uint8Array} plaintext
 * @param {{ suiteId: number, frameLength?: number, encryptionContext?: Record<string, string> }} options
 * @returns {Promise<Uint8Array>}
 */
export async function awsSeal(keyring, plaintext, { suiteId, frameLength, encryptionContext }) {
  const { result } = await awsClient(suiteId).encrypt(keyring, Buffer.from(plaintext), {
    suiteId,
    frameLength,
    encryptionContext,
  });
  return new Uint8Array(result);
}

/**
 * Opens under the strictest policy that the suite allows.
 *
 * @param {unknown} keyring
 * @param {Uint8Array} message
 * @param {number} suiteId
 */
export async function awsOpen(keyring, message, suiteId) {
  const { plaintext, messageHeader } = await awsClient(suiteId).decrypt(keyring, Buffer.from(message));
  return { plaintext: new Uint8Array(plaintext), encryptionContext: messageHeader.encryptionContext, messageHeader };
}

const serializer = serializeFactory(utf8, { utf8Sorting: true });
const aad = aadFactory(utf8);

/**
 * A message whose body is one piece (content type 1), which the specification allows and
 * `encrypt` of this client never writes.
 *
 * @param {unknown} keyring
 * @param {Uint8Array} plaintext
 * @param {{ suiteId: number, encryptionContext?: Record<string, string> }} options
 * @returns {Promise<Uint8Array>}
 */
export async function awsSealNonFramed(keyring, plaintext, { suiteId, encryptionContext = {} }) {
  const { committing } = SUITES.find((suite) => suite.id === suiteId);
  const material = await new NodeDefaultCryptographicMaterialsManager(keyring).getEncryptionMaterials({
    suite: new NodeAlgorithmSuite(suiteId),
    encryptionContext,
    plaintextLength: plaintext.length,
    commitmentPolicy: committing
      ? CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
      : CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT,
  });
  const { getCipherInfo, getSigner } = getEncryptHelper(material);
  const messageId = randomBytes(Number(committing ? MessageIdLength.V2 : MessageIdLength.V1));
  const { getCipher, keyCommitment } = getCipherInfo(messageId);
  const messageHeader = {
    ...serializer.buildMessageHeader({
      suite: material.suite,
      encryptedDataKeys: material.encryptedDataKeys,
      encryptionContext: material.encryptionContext,
      messageId,
      frameLength: 0,
      suiteData: keyCommitment,
    }),
    contentType: ContentType.NO_FRAMING,
  };
  const { ivLength } = material.suite;

  const header = serializer.serializeMessageHeader(messageHeader);
  const headerIv = serializer.headerAuthIv(ivLength);
  const headerCipher = getCipher(headerIv);
  headerCipher.setAAD(header);
  headerCipher.final();
  const headerAuth = serializeMessageHeaderAuth({ headerIv, headerAuthTag: headerCipher.getAuthTag(), messageHeader });

  const bodyIv = serializer.nonFramedBodyIv(ivLength);
  const bodyCipher = getCipher(bodyIv);
  const contentString = aad.messageAADContentString({ contentType: ContentType.NO_FRAMING, isFinalFrame: true });
  bodyCipher.setAAD(aad.messageAAD(messageId, contentString, 1, plaintext.length));
  const content = Buffer.concat([bodyCipher.update(plaintext), bodyCipher.final()]);
  const contentLength = Buffer.alloc(8);
  contentLength.writeBigUInt64BE(BigInt(plaintext.length));
  const unsigned = concatBytes([header, headerAuth, bodyIv, contentLength, content, bodyCipher.getAuthTag()]);
  if (!getSigner) return unsigned;

  const signer = getSigner();
  signer.update(unsigned);
  return concatBytes([unsigned, serializeSignatureInfo(signer.awsCryptoSign())]);
}
