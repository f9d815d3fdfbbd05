// SPDX-License-Identifier: Apache-2.0

/**
 * Asymmetric keys in the worker of refusals.mjs, and calls about them in either dialect. After each test all
 * of them still do what they are for.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach } from "node:test";
import { call as callAws, refused as refusedByAws } from "./aws-refusals.mjs";
import { fixture, refused as refusedByAlibaba, setUp } from "./refusals.mjs";
import { acs3Request, send } from "./signed-request.mjs";

export const SIGN = "SIGN/VERIFY";
export const ENCRYPT = "ENCRYPT/DECRYPT";
export const MESSAGE = "what is signed";
export const digestOf = (hash, message = MESSAGE) => createHash(hash).update(message).digest("base64");
export const base64 = (bytes) => Buffer.from(bytes).toString("base64");
/** With one bit changed. */
export const flipped = (text, at = 100) => {
  const bytes = Buffer.from(text, "base64");
  bytes[at % bytes.length] ^= 1;
  return bytes.toString("base64");
};

/**
 * @typedef {object} NamedKey
 * @property {string} id
 * @property {string} [version]
 * @property {{ aliyun: string, aws: string }} arns
 */

/** By what each is. @type {Record<string, NamedKey>} */
export const keys = {};

const ASYMMETRIC = [
  ["ec", "EC_P256", SIGN],
  ["rsa", "RSA_2048", SIGN],
  ["opens", "RSA_2048", ENCRYPT],
  ["opensToo", "RSA_2048", ENCRYPT],
  ["disabled", "EC_P256", SIGN],
  ["doomed", "EC_P256", SIGN],
  ["opensDisabled", "RSA_2048", ENCRYPT],
  ["opensDoomed", "RSA_2048", ENCRYPT],
];

/** Parameters of a call, without those that are undefined. */
const given = (params) => Object.entries(params).filter(([, value]) => value !== undefined);

/** What Alibaba's dialect names a key with. */
export const named = ({ id, version }) => ({ KeyId: id, KeyVersionId: version });

/** The answer of a call in Alibaba's dialect that must succeed. */
export async function aliyun(action, params) {
  const { credentials, host, address } = fixture.worker;
  const { status, json, text } = await send(address, acs3Request(credentials, host, action, given(params)));
  assert.equal(status, 200, `${action}: ${text}`);
  return json;
}

/** The same in AWS's. */
export async function aws(action, input) {
  const { status, json, text } = await callAws(action, input);
  assert.equal(status, 200, `${action}: ${text}`);
  return json;
}

/** Is refused in Alibaba's dialect, through each of its schemes. */
export const aliyunRefuses = (expected, action, params) => refusedByAlibaba(expected, action, given(params));
/** Is refused in AWS's. */
export const awsRefuses = (code, action, input) => refusedByAws(code, action, input);

async function newKey(spec, usage) {
  const { KeyMetadata } = await aliyun("CreateKey", { KeySpec: spec, KeyUsage: usage });
  const { KeyVersions } = await aliyun("ListKeyVersions", { KeyId: KeyMetadata.KeyId });
  const described = await aws("DescribeKey", { KeyId: KeyMetadata.KeyId });
  const arns = { aliyun: KeyMetadata.Arn, aws: described.KeyMetadata.Arn };
  return { id: KeyMetadata.KeyId, version: KeyVersions.KeyVersion[0].KeyVersionId, arns };
}

/**
 * Hooks for the calling file.
 *
 * @param {() => Promise<void>} [furnish] what else is to be there before the first test
 */
export function setUpKeys(furnish = async () => {}) {
  let signature;
  let blob;
  const ecdsa = () => ({ ...named(keys.ec), Algorithm: "ECDSA_SHA_256", Digest: digestOf("sha256") });
  const oaep = () => ({ ...named(keys.opens), Algorithm: "RSAES_OAEP_SHA_256" });

  setUp(async () => {
    for (const [name, spec, usage] of ASYMMETRIC) keys[name] = await newKey(spec, usage);
    keys.aes = await newKey();
    for (const { id } of [keys.disabled, keys.opensDisabled]) await aliyun("DisableKey", { KeyId: id });
    for (const { id } of [keys.doomed, keys.opensDoomed]) {
      await aliyun("ScheduleKeyDeletion", { KeyId: id, PendingWindowInDays: "7" });
    }
    signature = (await aliyun("AsymmetricSign", ecdsa())).Value;
    blob = (await aliyun("AsymmetricEncrypt", { ...oaep(), Plaintext: base64("hello") })).CiphertextBlob;
    await furnish();
  });
  afterEach(async () => {
    assert.equal((await aliyun("AsymmetricVerify", { ...ecdsa(), Value: signature })).Value, true);
    await aliyun("AsymmetricSign", ecdsa());
    const rsa = { ...named(keys.rsa), Algorithm: "RSA_PSS_SHA_256", Digest: digestOf("sha256") };
    const { Value } = await aliyun("AsymmetricSign", rsa);
    assert.equal((await aliyun("AsymmetricVerify", { ...rsa, Value })).Value, true);
    assert.equal((await aliyun("AsymmetricDecrypt", { ...oaep(), CiphertextBlob: blob })).Plaintext, base64("hello"));
  });
}
