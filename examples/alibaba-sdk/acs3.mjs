#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * The official `@alicloud/openapi-client`, as it comes from npm: generic calls, ACS3-HMAC-SHA256
 * signatures.
 */
import openapi from "@alicloud/openapi-client";
import openapiUtil from "@alicloud/openapi-util";
import teaUtil from "@alicloud/tea-util";

import { endpoint, protocol, settings } from "./settings.mjs";

const client = new openapi.default(
  new openapi.Config({
    accessKeyId: settings.accessKeyId,
    accessKeySecret: settings.accessKeySecret,
    regionId: settings.region,
    endpoint,
    protocol,
  }),
);

/** Calls one action of the KMS API and gives its answer. */
async function call(action, parameters = {}) {
  const params = new openapi.Params({
    action,
    version: "2016-01-20",
    protocol,
    pathname: "/",
    method: "POST",
    authType: "AK",
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  });
  const request = new openapi.OpenApiRequest({ query: openapiUtil.default.query(parameters) });
  const { body } = await client.callApi(params, request, new teaUtil.RuntimeOptions({}));
  return body;
}

const { KeyMetadata } = await call("CreateKey", { Description: "made by @alicloud/openapi-client" });
const KeyId = KeyMetadata.KeyId;
console.log(`CreateKey        ${KeyId}`);

const EncryptionContext = JSON.stringify({ purpose: "demo" });
const Plaintext = Buffer.from("hello from the official SDK").toString("base64");
const { CiphertextBlob } = await call("Encrypt", { KeyId, Plaintext, EncryptionContext });
console.log(`Encrypt          ${CiphertextBlob.slice(0, 40)}...`);

const opened = await call("Decrypt", { CiphertextBlob, EncryptionContext });
console.log(`Decrypt          ${Buffer.from(opened.Plaintext, "base64")}`);

const { Regions } = await call("DescribeRegions");
console.log(`DescribeRegions  ${Regions.Region.map(({ RegionId }) => RegionId).join(", ")}`);

await call("DisableKey", { KeyId });
const { KeyMetadata: after } = await call("DescribeKey", { KeyId });
console.log(`DisableKey       ${after.KeyState}`);
