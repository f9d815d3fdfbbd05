// SPDX-License-Identifier: Apache-2.0

/** AWS's dialect: policies and imported material. */

import { constants, publicEncrypt, randomBytes } from "node:crypto";
import { toBase64 } from "../bytes.mjs";
import { from } from "./step.mjs";
import { KEY, spki } from "./words.mjs";

const PLAINTEXT = "aGVsbG8=";

/** As the first policy of a key, for one action alone. */
const narrower = ({ policy }) => policy.Policy.replace("kms:*", "kms:Decrypt");

/** @type {import("./step.mjs").Step[]} */
export const POLICIES = [
  {
    action: "GetKeyPolicy",
    is: "of a key that was given none",
    as: "policy",
    params: KEY,
    answer: { Policy: (text) => JSON.parse(text).Version === "2012-10-17" },
  },
  {
    action: "PutKeyPolicy",
    is: "GetKeyPolicy tells it",
    params: { ...KEY, PolicyName: "default", Policy: narrower },
    silent: true,
    then: [{ action: "GetKeyPolicy", is: "", params: KEY, answer: { Policy: (text, got) => text === narrower(got) } }],
  },
  { action: "PutKeyPolicy", is: "what is no policy", params: { ...KEY, Policy: "{}" }, refused: "MalformedPolicyDocumentException" },
  { action: "ListKeyPolicies", is: "there is one", params: KEY, answer: { PolicyNames: ["default"], Truncated: false } },
];

const MATERIAL = randomBytes(32);
const EXTERNAL = { KeyId: from("external.KeyMetadata.KeyId") };
const WRAPPING = { WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" };
const importing = (material) => ({
  ...EXTERNAL,
  ImportToken: from("token.ImportToken"),
  EncryptedKeyMaterial: ({ token }) =>
    toBase64(
      publicEncrypt({ key: spki(token.PublicKey), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, material),
    ),
  ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE",
});
const state = (KeyState) => ({ action: "DescribeKey", is: "", params: EXTERNAL, answer: { "KeyMetadata.KeyState": KeyState } });

/** @type {import("./step.mjs").Step[]} */
export const IMPORT = [
  {
    action: "CreateKey",
    is: "`Origin=EXTERNAL`",
    as: "external",
    params: { Origin: "EXTERNAL" },
    answer: { "KeyMetadata.Origin": "EXTERNAL", "KeyMetadata.KeyState": "PendingImport" },
  },
  {
    action: "GetParametersForImport",
    is: "a public key and a token for a day",
    as: "token",
    params: { ...EXTERNAL, ...WRAPPING },
    answer: {
      KeyId: from("external.KeyMetadata.Arn"),
      PublicKey: (text) => spki(text).asymmetricKeyDetails.modulusLength === 2048,
      ParametersValidTo: (text) => Math.abs(Date.parse(text) - Date.now() - 86_400_000) < 60_000,
    },
  },
  { action: "GetParametersForImport", is: "of a key with material of its own", params: { ...KEY, ...WRAPPING }, refused: "UnsupportedOperationException" },
  {
    action: "ImportKeyMaterial",
    is: "too short: nothing changes",
    params: importing(MATERIAL.subarray(1)),
    refused: "InvalidCiphertextException",
    then: [state("PendingImport")],
  },
  {
    action: "ImportKeyMaterial",
    is: "the key can be used",
    params: importing(MATERIAL),
    then: [
      state("Enabled"),
      {
        action: "Encrypt",
        is: "",
        as: "externalSealed",
        params: { ...EXTERNAL, Plaintext: PLAINTEXT },
        answer: { KeyId: from("external.KeyMetadata.Arn") },
        soon: true,
      },
    ],
  },
  {
    action: "DeleteImportedKeyMaterial",
    is: "the key cannot be used",
    params: EXTERNAL,
    then: [
      state("PendingImport"),
      {
        action: "Decrypt",
        is: "",
        params: { CiphertextBlob: from("externalSealed.CiphertextBlob") },
        refused: "KMSInvalidStateException",
        soon: true,
      },
    ],
  },
  { action: "ImportKeyMaterial", is: "other material than before", params: importing(randomBytes(32)), refused: "IncorrectKeyMaterialException" },
  {
    action: "ImportKeyMaterial",
    is: "the same again: what it encrypted opens",
    params: importing(MATERIAL),
    then: [
      state("Enabled"),
      {
        action: "Decrypt",
        is: "",
        params: { CiphertextBlob: from("externalSealed.CiphertextBlob") },
        answer: { Plaintext: PLAINTEXT },
        soon: true,
      },
    ],
  },
];
