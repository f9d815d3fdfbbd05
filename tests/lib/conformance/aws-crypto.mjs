// SPDX-License-Identifier: Apache-2.0

/** AWS's dialect: what keys are used for. Node's own cryptography has the other half and judges. */

import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { encryptedByNode, flipped, verifiedByNode } from "../asymmetric.mjs";
import { fromBase64, patternedBytes, toBase64 } from "../bytes.mjs";
import { from } from "./step.mjs";
import { KEY, length, opens, spki } from "./words.mjs";

const MESSAGE = patternedBytes(4096);
const PLAINTEXT = toBase64(MESSAGE.subarray(0, 100));
const CONTEXT = { Purpose: "c&d=é+*~ 中文", "a b": "c", "größe=&": "x" };
const WITH = { EncryptionContext: CONTEXT };
const DIGEST = toBase64(createHash("sha256").update(MESSAGE).digest());

const ARN = { KeyId: from("key.KeyMetadata.Arn") };
const OTHER = from("other.KeyMetadata.Arn");
const changed = (text, at = 70) => toBase64(flipped(fromBase64(text), at));
const DRY_RUN = "DryRunOperationException";

/** @type {import("./step.mjs").Step[]} */
export const SYMMETRIC = [
  {
    action: "Encrypt",
    is: "by the key's id, with a context",
    as: "sealed",
    params: { ...KEY, Plaintext: PLAINTEXT, ...WITH },
    answer: { ...ARN, EncryptionAlgorithm: "SYMMETRIC_DEFAULT", CiphertextBlob: length(36 + 24 + 100 + 16) },
  },
  { action: "Encrypt", is: "an alias that is not there", params: { KeyId: "alias/nobody", Plaintext: PLAINTEXT }, refused: "NotFoundException" },
  { action: "Encrypt", is: "`DryRun`", params: { ...KEY, Plaintext: PLAINTEXT, DryRun: true }, refused: DRY_RUN },
  {
    action: "Decrypt",
    is: "with the context's pairs in another order",
    params: {
      CiphertextBlob: from("sealed.CiphertextBlob"),
      EncryptionContext: Object.fromEntries(Object.entries(CONTEXT).reverse()),
    },
    answer: { ...ARN, Plaintext: PLAINTEXT, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" },
  },
  { action: "Decrypt", is: "without the context", params: { CiphertextBlob: from("sealed.CiphertextBlob") }, refused: "InvalidCiphertextException" },
  {
    action: "Decrypt",
    is: "a blob that was changed",
    params: { CiphertextBlob: ({ sealed }) => changed(sealed.CiphertextBlob), ...WITH },
    refused: "InvalidCiphertextException",
  },
  {
    action: "Decrypt",
    is: "another key named",
    params: { CiphertextBlob: from("sealed.CiphertextBlob"), ...WITH, KeyId: OTHER },
    refused: "IncorrectKeyException",
  },
  { action: "Decrypt", is: "`DryRun`", params: { CiphertextBlob: from("sealed.CiphertextBlob"), ...WITH, DryRun: true }, refused: DRY_RUN },
  ...[
    ["`KeySpec=AES_256`", { KeySpec: "AES_256" }, 32],
    ["`KeySpec=AES_128`", { KeySpec: "AES_128" }, 16],
    ["`NumberOfBytes=1024`", { NumberOfBytes: 1024 }, 1024],
  ].flatMap(([is, size, bytes]) => [
    {
      action: "GenerateDataKey",
      is,
      as: "made",
      params: { ...KEY, ...size, ...WITH },
      answer: { ...ARN, Plaintext: length(bytes) },
      then: [opens("made.CiphertextBlob", from("made.Plaintext"), WITH)],
    },
    {
      action: "GenerateDataKeyWithoutPlaintext",
      is,
      as: "blind",
      params: { ...KEY, ...size },
      answer: { ...ARN, Plaintext: undefined },
      then: [opens("blind.CiphertextBlob", length(bytes))],
    },
  ]),
  { action: "GenerateDataKey", is: "with no size", params: KEY, refused: "ValidationException" },
  { action: "GenerateDataKey", is: "`DryRun`", params: { ...KEY, KeySpec: "AES_256", DryRun: true }, refused: DRY_RUN },
  { action: "GenerateDataKeyWithoutPlaintext", is: "`DryRun`", params: { ...KEY, KeySpec: "AES_256", DryRun: true }, refused: DRY_RUN },
  { action: "GenerateRandom", is: "1,024 bytes", params: { NumberOfBytes: 1024 }, answer: { Plaintext: length(1024) } },
  { action: "GenerateRandom", is: "with no size", refused: "ValidationException" },
];

const moving = {
  CiphertextBlob: from("sealed.CiphertextBlob"),
  SourceEncryptionContext: CONTEXT,
  DestinationKeyId: OTHER,
  DestinationEncryptionContext: { to: "2" },
};
const PAIR = { ...KEY, KeyPairSpec: "ECC_NIST_P256", ...WITH };
/** Whether this is the private half of that public one. */
const halves = (privateKey, publicKey) => {
  const key = createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
  return createPublicKey(key).equals(spki(publicKey));
};

/** @type {import("./step.mjs").Step[]} */
export const MOVED = [
  {
    action: "ReEncrypt",
    is: "to another key and context",
    as: "moved",
    params: moving,
    answer: { SourceKeyId: ARN.KeyId, KeyId: OTHER },
    then: [opens("moved.CiphertextBlob", PLAINTEXT, { EncryptionContext: { to: "2" } })],
  },
  { action: "ReEncrypt", is: "another source named", params: { ...moving, SourceKeyId: OTHER }, refused: "IncorrectKeyException" },
  { action: "ReEncrypt", is: "`DryRun`", params: { ...moving, DryRun: true }, refused: DRY_RUN },
  {
    action: "GenerateDataKeyPair",
    is: "`ECC_NIST_P256`",
    as: "pair",
    params: PAIR,
    answer: {
      ...ARN,
      KeyPairSpec: "ECC_NIST_P256",
      PublicKey: (text) => spki(text).asymmetricKeyDetails.namedCurve === "prime256v1",
    },
    then: [
      opens("pair.PrivateKeyCiphertextBlob", from("pair.PrivateKeyPlaintext"), WITH),
      opens("pair.PrivateKeyCiphertextBlob", (text, { pair }) => halves(text, pair.PublicKey), WITH),
    ],
  },
  { action: "GenerateDataKeyPair", is: "`DryRun`", params: { ...PAIR, DryRun: true }, refused: DRY_RUN },
  {
    action: "GenerateDataKeyPairWithoutPlaintext",
    is: "`RSA_2048`",
    as: "blindPair",
    params: { ...PAIR, KeyPairSpec: "RSA_2048" },
    answer: { ...ARN, PrivateKeyPlaintext: undefined },
    then: [opens("blindPair.PrivateKeyCiphertextBlob", (text, { blindPair }) => halves(text, blindPair.PublicKey), WITH)],
  },
  { action: "GenerateDataKeyPairWithoutPlaintext", is: "`DryRun`", params: { ...PAIR, DryRun: true }, refused: DRY_RUN },
];

const signatures = (name, KeySpec, SigningAlgorithm, inAlibaba) => {
  const key = { KeyId: from(`${name}.KeyMetadata.KeyId`) };
  const arn = from(`${name}.KeyMetadata.Arn`);
  const raw = { ...key, SigningAlgorithm, Message: toBase64(MESSAGE) };
  const digest = { ...raw, Message: DIGEST, MessageType: "DIGEST" };
  return [
    {
      action: "CreateKey",
      is: `\`${KeySpec}\`, \`SIGN_VERIFY\``,
      as: name,
      params: { KeySpec, KeyUsage: "SIGN_VERIFY" },
      answer: {
        "KeyMetadata.KeySpec": KeySpec,
        "KeyMetadata.SigningAlgorithms": (algorithms) => algorithms.includes(SigningAlgorithm),
      },
    },
    {
      action: "GetPublicKey",
      is: `of a key of spec \`${KeySpec}\``,
      as: `${name}Key`,
      params: key,
      answer: { KeyId: arn, KeySpec, KeyUsage: "SIGN_VERIFY", PublicKey: (text) => spki(text).type === "public" },
    },
    {
      action: "Sign",
      is: `\`${SigningAlgorithm}\`, a message: Node verifies it`,
      as: `${name}Signed`,
      params: raw,
      answer: {
        KeyId: arn,
        SigningAlgorithm,
        Signature: (text, got) => verifiedByNode(spki(got[`${name}Key`].PublicKey), inAlibaba, MESSAGE, fromBase64(text)),
      },
    },
    {
      action: "Sign",
      is: `\`${SigningAlgorithm}\`, a digest: Node verifies it`,
      params: digest,
      answer: {
        Signature: (text, got) => verifiedByNode(spki(got[`${name}Key`].PublicKey), inAlibaba, MESSAGE, fromBase64(text)),
      },
    },
    {
      action: "Verify",
      is: `\`${SigningAlgorithm}\`: of the message's digest`,
      params: { ...digest, Signature: from(`${name}Signed.Signature`) },
      answer: { KeyId: arn, SignatureValid: true, SigningAlgorithm },
    },
    {
      action: "Verify",
      is: `\`${SigningAlgorithm}\`: one that was changed`,
      params: { ...raw, Signature: (got) => changed(got[`${name}Signed`].Signature, -1) },
      refused: "KMSInvalidSignatureException",
    },
  ];
};

const ECDSA = { KeyId: from("ec.KeyMetadata.KeyId"), SigningAlgorithm: "ECDSA_SHA_256", Message: toBase64(MESSAGE) };
const OAEP = { KeyId: from("opener.KeyMetadata.KeyId"), EncryptionAlgorithm: "RSAES_OAEP_SHA_256" };

/** @type {import("./step.mjs").Step[]} */
export const ASYMMETRIC = [
  ...signatures("rsa", "RSA_2048", "RSASSA_PSS_SHA_256", "RSA_PSS_SHA_256"),
  ...signatures("ec", "ECC_NIST_P256", "ECDSA_SHA_256", "ECDSA_SHA_256"),
  ...signatures("koblitz", "ECC_SECG_P256K1", "ECDSA_SHA_256", "ECDSA_SHA_256"),
  { action: "Sign", is: "an algorithm of other keys", params: { ...ECDSA, SigningAlgorithm: "ECDSA_SHA_384" }, refused: "InvalidKeyUsageException" },
  { action: "Sign", is: "`DryRun`", params: { ...ECDSA, DryRun: true }, refused: DRY_RUN },
  { action: "Verify", is: "`DryRun`", params: { ...ECDSA, Signature: from("ecSigned.Signature"), DryRun: true }, refused: DRY_RUN },
  {
    action: "CreateKey",
    is: "`RSA_2048`, `ENCRYPT_DECRYPT`",
    as: "opener",
    params: { KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" },
    answer: { "KeyMetadata.KeySpec": "RSA_2048", "KeyMetadata.KeyUsage": "ENCRYPT_DECRYPT" },
  },
  {
    action: "GetPublicKey",
    is: "of a key that encrypts",
    as: "openerKey",
    params: { KeyId: OAEP.KeyId },
    answer: { KeyUsage: "ENCRYPT_DECRYPT", PublicKey: (text) => spki(text).asymmetricKeyDetails.modulusLength === 2048 },
  },
  {
    action: "Encrypt",
    is: "`RSAES_OAEP_SHA_256`",
    as: "oaep",
    params: { ...OAEP, Plaintext: PLAINTEXT },
    answer: { EncryptionAlgorithm: OAEP.EncryptionAlgorithm, CiphertextBlob: length(256) },
  },
  {
    action: "Decrypt",
    is: "`RSAES_OAEP_SHA_256`: its own",
    params: { ...OAEP, CiphertextBlob: from("oaep.CiphertextBlob") },
    answer: { KeyId: from("opener.KeyMetadata.Arn"), Plaintext: PLAINTEXT },
  },
  {
    action: "Decrypt",
    is: "`RSAES_OAEP_SHA_256`: what Node encrypted",
    params: {
      ...OAEP,
      CiphertextBlob: ({ openerKey }) =>
        toBase64(encryptedByNode(spki(openerKey.PublicKey), OAEP.EncryptionAlgorithm, MESSAGE.subarray(0, 100))),
    },
    answer: { Plaintext: PLAINTEXT },
  },
  { action: "GetPublicKey", is: "of a symmetric key", params: KEY, refused: "InvalidKeyUsageException" },
];

const MAC = { KeyId: from("mac.KeyMetadata.KeyId"), MacAlgorithm: "HMAC_SHA_256", Message: toBase64(MESSAGE) };

/** @type {import("./step.mjs").Step[]} */
export const MACS = [
  {
    action: "CreateKey",
    is: "`HMAC_256`, `GENERATE_VERIFY_MAC`",
    as: "mac",
    params: { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" },
    answer: { "KeyMetadata.KeySpec": "HMAC_256", "KeyMetadata.MacAlgorithms": ["HMAC_SHA_256"] },
  },
  {
    action: "GenerateMac",
    is: "`HMAC_SHA_256`",
    as: "code",
    params: MAC,
    answer: { KeyId: from("mac.KeyMetadata.Arn"), MacAlgorithm: MAC.MacAlgorithm, Mac: length(32) },
  },
  { action: "VerifyMac", is: "its own", params: { ...MAC, Mac: from("code.Mac") }, answer: { MacValid: true } },
  {
    action: "VerifyMac",
    is: "one that was changed",
    params: { ...MAC, Mac: ({ code }) => changed(code.Mac, -1) },
    refused: "KMSInvalidMacException",
  },
  { action: "GenerateMac", is: "`DryRun`", params: { ...MAC, DryRun: true }, refused: DRY_RUN },
  { action: "VerifyMac", is: "`DryRun`", params: { ...MAC, Mac: from("code.Mac"), DryRun: true }, refused: DRY_RUN },
];
