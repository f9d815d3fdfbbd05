#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * With the access key of the account's root: makes what `seed.json` says, which is a key and a user who may decrypt by
 * it, and writes the user's access key to `server.env`. As often as you like: `node set-up.mjs`
 */
import { readFile, writeFile } from "node:fs/promises";
import { applySeed, readSeed } from "edgekms/seed";
import { failed } from "./kms.mjs";

const { EDGEKMS_ENDPOINT: endpoint, EDGEKMS_REGION: region, EDGEKMS_ACCESS_KEY_ID, EDGEKMS_ACCESS_KEY_SECRET } = process.env;
const credentials = { accessKeyId: EDGEKMS_ACCESS_KEY_ID, accessKeySecret: EDGEKMS_ACCESS_KEY_SECRET };
const seed = readSeed(await readFile(`${import.meta.dirname}/seed.json`, "utf8"), "seed.json");
const { made, accessKeys } = await applySeed({ endpoint, region, credentials }, seed).catch(failed);

const [{ accessKeyId, accessKeySecret }] = accessKeys;
if (accessKeySecret) {
  const settings = { EDGEKMS_ENDPOINT: endpoint, EDGEKMS_REGION: region, EDGEKMS_ACCESS_KEY_ID: accessKeyId, EDGEKMS_ACCESS_KEY_SECRET: accessKeySecret };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile("server.env", lines.join(""), { mode: 0o600 });
}
console.log(made.length > 0 ? made.map(({ what }) => `made ${what}`).join("\n") : "everything was there already");
