// SPDX-License-Identifier: Apache-2.0

/** Alibaba's dialect: what keys are used for. Node's own cryptography has the other half and judges. */

import { constants, createHash, createPublicKey, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { encryptedByNode, flipped, verifiedByNode } from "../asymmetric.mjs";
import { fromBase64, patternedBytes, toBase64 } from "../bytes.mjs";
import { UNKNOWN } from "./alibaba-keys.mjs";
import { from } from "./step.mjs";
import { KEY, length, opens } from "./words.mjs";

const MESSAGE = patternedBytes(5000);
const PLAINTEXT = toBase64(MESSAGE.subarray(0, 100));
// Each of these characters is encoded differently by some client.
const CONTEXT = { Purpose: "c&d=é+*~ 中文", Album: "42" };
const DIGEST = toBase64(createHash("sha256").update(MESSAGE).digest());

const OTHER = { KeyId: from("other.KeyMetadata.KeyId") };
const USED = { KeyId: KEY.KeyId, KeyVersionId: from("key.KeyMetadata.PrimaryKeyVersion") };
const changed = (text, at = 100) => toBase64(flipped(fromBase64(text), at));
const DRY_RUN = "DryRunOperationError";

/** @type {import("./step.mjs").Step[]} */
export const SYMMETRIC = [
  {
    action: "Encrypt",
    is: "by the key's id, with a context",
    as: "sealed",
    params: { ...KEY, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT },
    answer: { ...USED, CiphertextBlob: length(36 + 24 + 100 + 16) },
  },
  {
    action: "Encrypt",
    is: "by its ARN, without a context",
    as: "bare",
    params: { KeyId: from("key.KeyMetadata.Arn"), Plaintext: PLAINTEXT },
    answer: USED,
    then: [opens("bare.CiphertextBlob", PLAINTEXT)],
  },
  { action: "Encrypt", is: "an alias that is not there", params: { KeyId: "alias/nobody", Plaintext: PLAINTEXT }, refused: "Forbidden.AliasNotFound" },
  { action: "Encrypt", is: "more than 4,096 bytes", params: { ...KEY, Plaintext: toBase64(MESSAGE.subarray(0, 4097)) }, refused: "InvalidParameter" },
  { action: "Encrypt", is: "`DryRun`", params: { ...KEY, Plaintext: PLAINTEXT, DryRun: "true" }, refused: DRY_RUN },
  {
    action: "Decrypt",
    is: "with the context's pairs in another order",
    params: {
      CiphertextBlob: from("sealed.CiphertextBlob"),
      EncryptionContext: Object.fromEntries(Object.entries(CONTEXT).reverse()),
    },
    answer: { ...USED, Plaintext: PLAINTEXT },
  },
  {
    action: "Decrypt",
    is: "without the context",
    params: { CiphertextBlob: from("sealed.CiphertextBlob") },
    refused: "InvalidParameter",
  },
  {
    action: "Decrypt",
    is: "a blob that was changed",
    params: { CiphertextBlob: ({ sealed }) => changed(sealed.CiphertextBlob), EncryptionContext: CONTEXT },
    refused: "InvalidParameter",
  },
  {
    action: "Decrypt",
    is: "`DryRun`",
    params: { CiphertextBlob: from("bare.CiphertextBlob"), DryRun: "true" },
    refused: DRY_RUN,
  },
  ...[
    ["with no size", {}, 32],
    ["`KeySpec=AES_128`", { KeySpec: "AES_128" }, 16],
    ["`NumberOfBytes=1024`", { NumberOfBytes: 1024 }, 1024],
    ["both: `NumberOfBytes` counts", { KeySpec: "AES_128", NumberOfBytes: 64 }, 64],
  ].flatMap(([is, size, bytes]) => [
    {
      action: "GenerateDataKey",
      is,
      as: "made",
      params: { ...KEY, ...size, EncryptionContext: CONTEXT },
      answer: { ...USED, Plaintext: length(bytes), CiphertextBlob: length(36 + 24 + bytes + 16) },
      then: [opens("made.CiphertextBlob", from("made.Plaintext"), { EncryptionContext: CONTEXT })],
    },
    {
      action: "GenerateDataKeyWithoutPlaintext",
      is,
      as: "blind",
      params: { ...KEY, ...size },
      answer: { ...USED, Plaintext: undefined, CiphertextBlob: length(36 + 24 + bytes + 16) },
      then: [opens("blind.CiphertextBlob", length(bytes))],
    },
  ]),
  { action: "GenerateDataKey", is: "more than 1,024 bytes", params: { ...KEY, NumberOfBytes: 1025 }, refused: "InvalidParameter" },
  { action: "GenerateDataKey", is: "`DryRun`", params: { ...KEY, DryRun: "true" }, refused: DRY_RUN },
  { action: "GenerateDataKeyWithoutPlaintext", is: "`DryRun`", params: { ...KEY, DryRun: "true" }, refused: DRY_RUN },
];

const DESTINATION = { DestinationKeyId: OTHER.KeyId, DestinationEncryptionContext: { to: "2" } };
const moving = { CiphertextBlob: from("sealed.CiphertextBlob"), SourceEncryptionContext: CONTEXT, ...DESTINATION };

const recipient = generateKeyPairSync("rsa", { modulusLength: 2048 });
const exporting = {
  PublicKeyBlob: toBase64(recipient.publicKey.export({ format: "der", type: "spki" })),
  WrappingKeySpec: "RSA_2048",
  WrappingAlgorithm: "RSAES_OAEP_SHA_256",
};
/** What the recipient of an exported data key has. */
const unwrapped = (text) =>
  toBase64(
    privateDecrypt(
      { key: recipient.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
      fromBase64(text),
    ),
  );

/** @type {import("./step.mjs").Step[]} */
export const MOVED = [
  {
    action: "ReEncrypt",
    is: "to another key and context",
    as: "moved",
    params: moving,
    answer: USED,
    then: [
      opens("moved.CiphertextBlob", PLAINTEXT, { EncryptionContext: { to: "2" } }),
      {
        action: "Decrypt",
        is: "",
        params: { CiphertextBlob: from("moved.CiphertextBlob"), EncryptionContext: { to: "2" } },
        answer: { KeyId: OTHER.KeyId },
      },
    ],
  },
  {
    action: "ReEncrypt",
    is: "what is under a public key",
    as: "lifted",
    params: {
      CiphertextBlob: ({ openerKey }) =>
        toBase64(encryptedByNode(createPublicKey(openerKey.PublicKey), "RSAES_OAEP_SHA_256", MESSAGE.subarray(0, 100))),
      SourceKeyId: from("opener.KeyMetadata.KeyId"),
      SourceKeyVersionId: from("openerVersion.KeyVersions.KeyVersion.0.KeyVersionId"),
      SourceEncryptionAlgorithm: "RSAES_OAEP_SHA_256",
      ...DESTINATION,
    },
    answer: { KeyId: from("opener.KeyMetadata.KeyId") },
    then: [opens("lifted.CiphertextBlob", PLAINTEXT, { EncryptionContext: { to: "2" } })],
  },
  { action: "ReEncrypt", is: "from another context", params: { ...moving, SourceEncryptionContext: { from: "1" } }, refused: "InvalidParameter" },
  { action: "ReEncrypt", is: "`DryRun`", params: { ...moving, DryRun: "true" }, refused: DRY_RUN },
  {
    action: "ExportDataKey",
    is: "the recipient has what GenerateDataKey gave",
    params: { CiphertextBlob: from("sealed.CiphertextBlob"), EncryptionContext: CONTEXT, ...exporting },
    answer: { ...USED, ExportedDataKey: (text) => unwrapped(text) === PLAINTEXT },
  },
  {
    action: "ExportDataKey",
    is: "`DryRun`",
    params: { CiphertextBlob: from("sealed.CiphertextBlob"), EncryptionContext: CONTEXT, ...exporting, DryRun: "true" },
    refused: DRY_RUN,
  },
  {
    action: "GenerateAndExportDataKey",
    is: "the recipient has what Decrypt gives",
    as: "exported",
    params: { ...KEY, KeySpec: "AES_256", EncryptionContext: CONTEXT, ...exporting },
    answer: { ...USED, Plaintext: undefined },
    then: [
      opens("exported.CiphertextBlob", (text, { exported }) => unwrapped(exported.ExportedDataKey) === text, {
        EncryptionContext: CONTEXT,
      }),
    ],
  },
  {
    action: "GenerateAndExportDataKey",
    is: "under what is no public key",
    params: { ...KEY, ...exporting, PublicKeyBlob: PLAINTEXT },
    refused: "InvalidParameter",
  },
  { action: "GenerateAndExportDataKey", is: "`DryRun`", params: { ...KEY, ...exporting, DryRun: "true" }, refused: DRY_RUN },
];

/** A new asymmetric key, its version, and its public half, under these names. */
const newPair = (name, KeySpec, KeyUsage) => [
  {
    action: "CreateKey",
    is: `\`${KeySpec}\`, \`${KeyUsage}\``,
    as: name,
    params: { KeySpec, KeyUsage },
    answer: { "KeyMetadata.KeySpec": KeySpec, "KeyMetadata.KeyUsage": KeyUsage, "KeyMetadata.KeyState": "Enabled" },
  },
  {
    action: "ListKeyVersions",
    is: `of a key of spec \`${KeySpec}\``,
    as: `${name}Version`,
    params: { KeyId: from(`${name}.KeyMetadata.KeyId`), PageNumber: 1, PageSize: 10 },
    answer: { TotalCount: 1, "KeyVersions.KeyVersion.0.KeyId": from(`${name}.KeyMetadata.KeyId`) },
  },
  {
    action: "GetPublicKey",
    is: `of a key of spec \`${KeySpec}\``,
    as: `${name}Key`,
    params: named(name),
    answer: { ...named(name), PublicKey: (pem) => createPublicKey(pem).type === "public" },
  },
];
const named = (name) => ({
  KeyId: from(`${name}.KeyMetadata.KeyId`),
  KeyVersionId: from(`${name}Version.KeyVersions.KeyVersion.0.KeyVersionId`),
});

const signatures = (name, spec, Algorithm) => {
  const asked = { ...named(name), Algorithm, Digest: DIGEST };
  const signed = `${name}Signed`;
  return [
    ...newPair(name, spec, "SIGN/VERIFY"),
    {
      action: "AsymmetricSign",
      is: `\`${Algorithm}\`: Node verifies it`,
      as: signed,
      params: asked,
      answer: {
        ...named(name),
        Value: (text, got) => verifiedByNode(createPublicKey(got[`${name}Key`].PublicKey), Algorithm, MESSAGE, fromBase64(text)),
      },
    },
    {
      action: "AsymmetricVerify",
      is: `\`${Algorithm}\`: its own signature`,
      params: { ...asked, Value: from(`${signed}.Value`) },
      answer: { ...named(name), Value: true },
    },
    {
      action: "AsymmetricVerify",
      is: `\`${Algorithm}\`: one that was changed is false, and no error`,
      params: { ...asked, Value: (got) => changed(got[signed].Value, -1) },
      answer: { Value: false },
    },
  ];
};

const ECDSA = { ...named("ec"), Algorithm: "ECDSA_SHA_256", Digest: DIGEST };
const OAEP = { ...named("opener"), Algorithm: "RSAES_OAEP_SHA_256" };

/** @type {import("./step.mjs").Step[]} */
export const ASYMMETRIC = [
  ...signatures("rsa", "RSA_2048", "RSA_PSS_SHA_256"),
  ...signatures("ec", "EC_P256", "ECDSA_SHA_256"),
  ...signatures("koblitz", "EC_P256K", "ECDSA_SHA_256"),
  {
    action: "AsymmetricSign",
    is: "a digest that is too short",
    params: { ...ECDSA, Digest: toBase64(MESSAGE.subarray(0, 31)) },
    refused: "InvalidParameter",
  },
  { action: "AsymmetricSign", is: "an algorithm of other keys", params: { ...ECDSA, Algorithm: "RSA_PSS_SHA_256" }, refused: "InvalidParameter" },
  { action: "AsymmetricSign", is: "a version that is not there", params: { ...ECDSA, KeyVersionId: UNKNOWN }, refused: "Forbidden.KeyVersionNotFound" },
  { action: "AsymmetricSign", is: "`DryRun`", params: { ...ECDSA, DryRun: "true" }, refused: DRY_RUN },
  {
    action: "AsymmetricVerify",
    is: "`DryRun`",
    params: { ...ECDSA, Value: from("ecSigned.Value"), DryRun: "true" },
    refused: DRY_RUN,
  },
  { action: "CreateKeyVersion", is: "within seven days of the last", params: { KeyId: ECDSA.KeyId }, refused: "Rejected.LimitExceeded" },
  ...newPair("opener", "RSA_2048", "ENCRYPT/DECRYPT"),
  ...["RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1"].flatMap((Algorithm) => [
    {
      action: "AsymmetricEncrypt",
      is: `\`${Algorithm}\``,
      as: `sealed${Algorithm}`,
      params: { ...named("opener"), Algorithm, Plaintext: PLAINTEXT },
      answer: { ...named("opener"), CiphertextBlob: length(256) },
    },
    {
      action: "AsymmetricDecrypt",
      is: `\`${Algorithm}\`: its own`,
      params: { ...named("opener"), Algorithm, CiphertextBlob: from(`sealed${Algorithm}.CiphertextBlob`) },
      answer: { ...named("opener"), Plaintext: PLAINTEXT },
    },
    {
      action: "AsymmetricDecrypt",
      is: `\`${Algorithm}\`: what Node encrypted`,
      params: {
        ...named("opener"),
        Algorithm,
        CiphertextBlob: ({ openerKey }) =>
          toBase64(encryptedByNode(createPublicKey(openerKey.PublicKey), Algorithm, MESSAGE.subarray(0, 100))),
      },
      answer: { Plaintext: PLAINTEXT },
    },
  ]),
  { action: "AsymmetricEncrypt", is: "a byte too many", params: { ...OAEP, Plaintext: toBase64(MESSAGE.subarray(0, 191)) }, refused: "InvalidParameter" },
  { action: "AsymmetricEncrypt", is: "`DryRun`", params: { ...OAEP, Plaintext: PLAINTEXT, DryRun: "true" }, refused: DRY_RUN },
  {
    action: "AsymmetricDecrypt",
    is: "what was changed",
    params: { ...OAEP, CiphertextBlob: (got) => changed(got.sealedRSAES_OAEP_SHA_256.CiphertextBlob) },
    refused: "InvalidParameter",
  },
  {
    action: "AsymmetricDecrypt",
    is: "`DryRun`",
    params: { ...OAEP, CiphertextBlob: from("sealedRSAES_OAEP_SHA_256.CiphertextBlob"), DryRun: "true" },
    refused: DRY_RUN,
  },
  { action: "GetPublicKey", is: "of a symmetric key", params: USED, refused: "UnsupportedOperation" },
  { action: "GetPublicKey", is: "`DryRun`", params: { ...named("ec"), DryRun: "true" }, refused: DRY_RUN },
];

const MAC = { KeyId: from("mac.KeyMetadata.KeyId"), Algorithm: "HMAC_SHA_256", Message: PLAINTEXT };

/** @type {import("./step.mjs").Step[]} */
export const MACS = [
  {
    action: "CreateKey",
    is: "`HMAC_256`, `GENERATE_VERIFY_MAC`",
    as: "mac",
    params: { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" },
    answer: { "KeyMetadata.KeySpec": "HMAC_256", "KeyMetadata.KeyUsage": "GENERATE_VERIFY_MAC" },
  },
  {
    action: "GenerateMac",
    is: "`HMAC_SHA_256`",
    as: "code",
    params: MAC,
    answer: { KeyId: MAC.KeyId, Algorithm: MAC.Algorithm, Mac: length(32) },
  },
  { action: "VerifyMac", is: "its own", params: { ...MAC, Mac: from("code.Mac") }, answer: { KeyId: MAC.KeyId, Value: true } },
  {
    action: "VerifyMac",
    is: "one that was changed is false, and no error",
    params: { ...MAC, Mac: ({ code }) => changed(code.Mac, -1) },
    answer: { Value: false },
  },
  { action: "GenerateMac", is: "an algorithm of other keys", params: { ...MAC, Algorithm: "HMAC_SHA_512" }, refused: "InvalidParameter" },
  { action: "GenerateMac", is: "`DryRun`", params: { ...MAC, DryRun: "true" }, refused: DRY_RUN },
  { action: "VerifyMac", is: "`DryRun`", params: { ...MAC, Mac: from("code.Mac"), DryRun: "true" }, refused: DRY_RUN },
];
