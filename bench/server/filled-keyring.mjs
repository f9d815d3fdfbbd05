// SPDX-License-Identifier: Apache-2.0
/**
 * A keyring with any number of keys, in seconds: a worker makes one key of each state and an alias of it,
 * and while no worker runs, all rows that these calls left are copied in the keyring's file under other ids.
 * Triggers keep what is counted. A copy's material does not unwrap, since its wrapping is bound to its id;
 * nothing but the first key is ever used for more than to be told of.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";

import { temporaryFolder } from "../../demo/lib/temporary.mjs";
import { startWorker } from "../../demo/lib/worker.mjs";
import { withKeyringFile } from "../../tests/lib/keyring-file.mjs";
import { Caller } from "./caller.mjs";

/** Of so many keys one is disabled and one waits for its deletion, the rest are enabled. */
const RARE = 20;
const STATES = ["Enabled", "Disabled", "PendingDeletion"];
const CHANGES = {
  Enabled: [],
  Disabled: [["DisableKey", {}]],
  PendingDeletion: [["ScheduleKeyDeletion", { PendingWindowInDays: "30" }]],
};
/** Tables whose rows are a key's, an alias's or a change's. The rest are the keyring's own, or follow by triggers. */
const TABLES = ["keys", "versions", "aliases", "nonces", "altered", "events", "agenda"];
const TAGS = JSON.stringify([{ TagKey: "team", TagValue: "scale" }]);
/** Columns that the database numbers itself. */
const NUMBERED = ["seq", "generation"];

/** What no two rows have in common. */
const OWN = {
  altered: (revision) => ({ revision }),
  events: () => ({ id: randomUUID() }),
  nonces: () => ({ digest: randomBytes(16).toString("hex") }),
};

/** A new revision of the keyring, for each copy. */
const REVISE =
  "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision' RETURNING CAST(value AS INTEGER) AS revision";

/** Which state the key of this number has. */
const stateOf = (number) => STATES[[1, 2].includes(number % RARE) ? number % RARE : 0];
const aliasOf = (number) => `alias/scale/${String(number).padStart(6, "0")}`;

/**
 * @param {number} size how many keys, each with an alias and a tag: at least one of each state
 * @param {number} spare how many more aliases the first key has
 * @returns what it holds (`keyIds` and `aliases` in order of creation, the `spareAliases`), its `state` folder,
 *   and `stop()`, which removes that
 */
export async function fillKeyring(size, spare) {
  const state = await temporaryFolder("edgekms-scale-");
  const stop = () => rm(state, { recursive: true, force: true, maxRetries: 3 });
  try {
    const templates = await makeTemplates(state);
    return { state, stop, ...(await withKeyringFile(state, (file) => fill(file, templates, size, spare))) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One key of each state, and when all that follows from them is done. */
async function makeTemplates(state) {
  const worker = await startWorker({}, state);
  const caller = await Caller.open(worker);
  const made = [];
  for (const [number, keyState] of STATES.entries()) {
    const { KeyMetadata } = await caller.call("CreateKey", { Tags: TAGS });
    const { KeyId, PrimaryKeyVersion } = KeyMetadata;
    const alias = aliasOf(number);
    await caller.call("CreateAlias", { KeyId, AliasName: alias });
    for (const [action, parameters] of CHANGES[keyState]) await caller.call(action, { KeyId, ...parameters });
    made.push({ keyId: KeyId, versionId: PrimaryKeyVersion, alias });
  }
  caller.close();
  await worker.stop();
  return made;
}

/** @param {import("node:sqlite").DatabaseSync} file */
function fill(file, templates, size, spare) {
  // Ids fall anywhere in an index: what does not stay in memory is written many times over.
  file.exec("PRAGMA cache_size = -524288; PRAGMA synchronous = OFF; BEGIN");
  const copiers = templates.map((template) => copier(file, template));
  const [first] = templates;
  const copyAlias = copier(file, first, (row) => row.name === first.alias);
  const keyIds = templates.map(({ keyId }) => keyId);
  const aliases = templates.map(({ alias }) => alias);
  for (let number = templates.length; number < size; number += 1) {
    const copy = { keyId: randomUUID(), versionId: randomUUID(), alias: aliasOf(number) };
    copiers[STATES.indexOf(stateOf(number))](copy);
    keyIds.push(copy.keyId);
    aliases.push(copy.alias);
  }
  const spareAliases = Array.from({ length: spare }, (_, number) => `${first.alias}-${number}`);
  for (const alias of spareAliases) copyAlias({ ...first, alias });
  file.exec("COMMIT");
  return { keyIds, aliases, spareAliases };
}

/** What copies the rows of a template, or those that `isWanted`, under other names. */
function copier(file, template, isWanted = () => true) {
  const names = Object.keys(template);
  const rows = TABLES.flatMap((table) => rowsOf(file, table, template).map((row) => ({ table, row })));
  const inserts = rows
    .filter(({ row }) => isWanted(row))
    .map(({ table, row }) => ({ table, row, statement: insertion(file, table, Object.keys(row)) }));
  const revise = file.prepare(REVISE);
  return (copy) => {
    const { revision } = revise.get();
    const rename = (text) => names.reduce((renamed, name) => renamed.replaceAll(template[name], copy[name]), text);
    for (const { table, row, statement } of inserts) {
      const own = { ...row, ...OWN[table]?.(revision) };
      statement.run(...Object.values(own).map((value) => (typeof value === "string" ? rename(value) : value)));
    }
  };
}

/** A template's rows in a table: those that name it, and of nonces, which name nothing, one. */
function rowsOf(file, table, { keyId, versionId, alias }) {
  const names = [keyId, versionId, alias];
  const isIts = (row) => Object.values(row).some((value) => names.some((name) => String(value).includes(name)));
  const all = file.prepare(`SELECT * FROM ${table}`).all();
  const its = table === "nonces" ? all.slice(0, 1) : all.filter(isIts);
  return its.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !NUMBERED.includes(column))));
}

function insertion(file, table, columns) {
  return file.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`);
}
