#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * The official `@alicloud/kms20160120`, as it comes from npm: typed calls, RPC v1 signatures.
 *
 * Only the endpoint differs from a program that talks to Alibaba Cloud.
 */
import kms from "@alicloud/kms20160120";
import rpc from "@alicloud/rpc-client";

import { endpoint, protocol, settings } from "./settings.mjs";

const client = new kms.default(
  new rpc.Config({
    accessKeyId: settings.accessKeyId,
    accessKeySecret: settings.accessKeySecret,
    regionId: settings.region,
    endpoint,
    protocol,
  }),
);

const created = await client.createKey(new kms.CreateKeyRequest({ description: "made by @alicloud/kms20160120" }));
const { keyId } = created.keyMetadata;
console.log(`CreateKey        ${keyId}`);

const alias = `alias/rpc-${keyId.slice(0, 8)}`;
await client.createAlias(new kms.CreateAliasRequest({ keyId, aliasName: alias }));
console.log(`CreateAlias      ${alias}`);

const encryptionContext = { purpose: "demo" };
const plaintext = Buffer.from("hello from the official SDK").toString("base64");
const sealed = await client.encrypt(new kms.EncryptRequest({ keyId: alias, plaintext, encryptionContext }));
console.log(`Encrypt          ${sealed.ciphertextBlob.slice(0, 40)}...`);

const opened = await client.decrypt(
  new kms.DecryptRequest({ ciphertextBlob: sealed.ciphertextBlob, encryptionContext }),
);
console.log(`Decrypt          ${Buffer.from(opened.plaintext, "base64")}`);

const dataKey = await client.generateDataKey(new kms.GenerateDataKeyRequest({ keyId: alias, encryptionContext }));
console.log(`GenerateDataKey  ${Buffer.from(dataKey.plaintext, "base64").length} bytes`);
