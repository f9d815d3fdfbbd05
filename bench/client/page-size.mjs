// SPDX-License-Identifier: Apache-2.0
/**
 * What a page downloads that seals and opens one message: the scripts and WebAssembly that a browser really asks
 * for, each after brotli at its best, since that is how hosts send them.
 */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

import { bundleForNode } from "./bundle.mjs";
import { KIB } from "./plan.mjs";
import { NAMES, PAGE_AIMS, PAGE_PEERS } from "./rows.mjs";

const once = (name) => `
  import { message } from "./contenders/${name}.mjs";
  const work = await message(new Uint8Array(1024));
  globalThis.done = (await work.open(await work.seal())).length === 1024;
`;

const WITH_KMS = `
  import { Envelope, KmsClient } from "edgekms";
  const credentials = { accessKeyId: "id", accessKeySecret: "secret" };
  const kms = new KmsClient({ endpoint: location.origin, region: "cn-hangzhou", credentials });
  const envelope = new Envelope({ keyring: kms.keyring("alias/photos") });
  globalThis.done = (await envelope.decrypt(await envelope.encrypt("x"))).plaintext.length === 1;
`;

const KEY = "key-hzz65f3a68554vo6vxa4h";
const CMK = { KeyId: KEY, KeyVersionId: KEY };
const DATA_KEY = Buffer.alloc(32, 7).toString("base64");

/** What a key service would answer: what it takes to ask and to read that is counted, not the service. */
const ANSWERS = {
  DescribeKey: { KeyMetadata: { KeyId: KEY, Arn: `acs:kms:cn-hangzhou:1234567890123456:key/${KEY}` } },
  GenerateDataKey: { ...CMK, CiphertextBlob: Buffer.alloc(108, 7).toString("base64"), Plaintext: DATA_KEY },
  Decrypt: { ...CMK, Plaintext: DATA_KEY },
};

function answer(route) {
  const known = ANSWERS[route.request().headers()["x-acs-action"]];
  return known === undefined ? route.continue() : route.fulfill({ json: { RequestId: crypto.randomUUID(), ...known } });
}

/** @returns {Promise<import("./report.mjs").Line[]>} */
export async function pageLines(visit, folder) {
  const lines = [
    await pageLine(visit, folder, { id: "edgekms", name: "edgekms, raw AES", code: once("edgekms") }),
    await pageLine(visit, folder, { id: "edgekms-kms", name: "edgekms, KMS client", code: WITH_KMS }),
  ];
  for (const id of PAGE_PEERS) lines.push(await pageLine(visit, folder, { id, name: NAMES[id], code: once(id) }));
  const forNode = await bundleForNode('export * from "@aws-crypto/client-node";');
  const name = "@aws-crypto/client-node";
  return [...lines, { ...line(name, name, brotli(forNode)), case: `${name}, bundled for Node`, runtime: "node" }];
}

async function pageLine(visit, folder, { id, name, code }) {
  const place = `size-${id}`;
  const asked = new Set();
  const watch = async (page) => {
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (response.ok() && /\.(js|wasm)$/.test(pathname)) asked.add(pathname.slice(place.length + 2));
    });
    await page.route("**/*", answer);
  };
  await visit(place, code, ({ page }) => page.waitForFunction(() => globalThis.done === true), watch);
  const files = {};
  for (const path of asked) files[basename(path)] = brotli(await readFile(join(folder, place, path)));
  const total = Object.values(files).reduce((sum, bytes) => sum + bytes, 0);
  const aim = PAGE_AIMS[id];
  return { ...line(id, name, total), files, ...(aim === undefined ? {} : { ...aim, aimed: true }) };
}

function line(id, name, bytes) {
  const what = { row: "page", case: name, runtime: "page", contender: name, id };
  return { ...what, unit: "KiB, brotli", value: bytes / KIB, smaller: true };
}

function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}
