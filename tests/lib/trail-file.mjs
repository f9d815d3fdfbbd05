// SPDX-License-Identifier: Apache-2.0

/**
 * The audit trail in the SQLite files of a state folder, looked into while no worker runs on it. Its chain is
 * verified by its description (crates/service/src/audit/chain.rs), over Node's own HMAC.
 */

import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Each field with its length before it. */
function framed(...fields) {
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(field));
      return [length, Buffer.from(field)];
    }),
  );
}

function number(seq) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(seq));
  return bytes;
}

/**
 * Rows of events in order, of one shard that has forgotten none.
 *
 * @param {{ accountId: string, rootKeys: string }} credentials
 * @param {string} region
 * @param {string} shard
 * @param {{ seq: number, root: string, mac: string, line: string }[]} rows
 */
export function assertChained({ accountId, rootKeys }, region, shard, rows) {
  const { keys } = JSON.parse(rootKeys);
  // What is from before the chain has no code, and the chain begins after it.
  const first = rows.findIndex(({ mac }) => mac !== "");
  let before = Buffer.alloc(0);
  for (const [index, { seq, root, mac, line }] of rows.entries()) {
    assert.equal(seq, index + 1);
    if (first < 0 || index < first) continue;
    const key = hkdfSync("sha256", Buffer.from(keys[root], "base64"), "", framed("edgekms/v1/audit", accountId, region), 32);
    const covered = framed("edgekms/v1/audit-event", shard, root, number(seq), before, line);
    assert.equal(mac, createHmac("sha256", Buffer.from(key)).update(covered).digest("hex"), `event ${seq} of shard ${shard}`);
    before = Buffer.from(mac, "hex");
  }
}

/** Every object of a class, of which the runtime makes a file each. */
async function filesOf(state, className) {
  const folder = join(state, "do", `edgekms-${className}`);
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite").map((name) => join(folder, name));
}

function rowsOf(file) {
  const database = new DatabaseSync(file);
  try {
    const shard = database.prepare("SELECT value FROM meta WHERE name = 'shard'").get()?.value ?? "keyring";
    return { shard, rows: database.prepare("SELECT seq, root, mac, line FROM events ORDER BY seq").all() };
  } finally {
    database.close();
  }
}

/**
 * All events of a region, the keyring's and those of the shards, once their chains have been verified.
 *
 * @param {string} state
 * @param {string} [region]
 * @returns {Promise<object[]>}
 */
export async function verifiedTrail(state, region = "cn-hangzhou") {
  const credentials = JSON.parse(await readFile(join(state, "dev-credentials.json"), "utf8"));
  const files = [...(await filesOf(state, "KeyringObject")), ...(await filesOf(state, "AuditObject"))];
  return files.map(rowsOf).flatMap(({ shard, rows }) => {
    assertChained(credentials, region, shard, rows);
    return rows.map(({ line }) => JSON.parse(line));
  });
}
