// SPDX-License-Identifier: Apache-2.0

/** The SQLite file of a keyring, looked into or changed while no worker runs on it. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * The one keyring of a state folder. Its write-ahead log, if a killed worker left one, is read too.
 *
 * @template T
 * @param {string} state
 * @param {(keyring: DatabaseSync) => T} use
 * @returns {Promise<T>}
 */
export async function withKeyringFile(state, use) {
  const folder = join(state, "do", "edgekms-KeyringObject");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  if (names.length !== 1) throw new Error(`not one keyring but ${names.length} in ${folder}`);
  const keyring = new DatabaseSync(join(folder, names[0]));
  try {
    return use(keyring);
  } finally {
    keyring.close();
  }
}

/** Every audit event that a keyring has stored, in order. */
export const storedEvents = (keyring) =>
  keyring.prepare("SELECT line FROM events ORDER BY seq").all().map(({ line }) => JSON.parse(line));

/** The ids of all keys, in the order in which they were made. */
export const storedKeyIds = (keyring) =>
  keyring.prepare("SELECT key_id FROM keys ORDER BY seq").all().map(({ key_id }) => key_id);

/** How many events of this name each key has that has any. */
export function eventsOfKeys(keyring, eventName) {
  const counts = new Map();
  for (const event of storedEvents(keyring)) {
    if (event.eventName === eventName) counts.set(event.keyId, (counts.get(event.keyId) ?? 0) + 1);
  }
  return counts;
}

/** Rows of every table of the keyring's own, to be compared. */
export function allRows(keyring) {
  const tables = keyring.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  // The runtime's own are its own matter.
  const names = tables.map(({ name }) => name).filter((name) => !name.startsWith("_cf_"));
  return Object.fromEntries(names.map((name) => [name, keyring.prepare(`SELECT * FROM ${name}`).all()]));
}
