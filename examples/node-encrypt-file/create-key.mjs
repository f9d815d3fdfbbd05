#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** Creates a key and prints its id: `node create-key.mjs [DESCRIPTION]` */
import { client } from "./kms.mjs";

const { keyMetadata } = await client().createKey({ description: process.argv[2] ?? "node-encrypt-file" });
console.log(keyMetadata.keyId);
