// SPDX-License-Identifier: Apache-2.0
/**
 * One server to a state folder: two would write to the same databases.
 *
 * The lock is the operating system's, by way of SQLite: it goes with its process, however that ends, and no
 * process id has to be believed, which another process may have by now. Node has no lock of files itself.
 */

import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import { ServerError } from "../errors.js";
import { type Holder, isAlive, readHolder } from "./holder.js";

const FILE = "lock";
/** SQLite's SQLITE_BUSY. */
const BUSY = 5;

/**
 * Takes the lock, and gives the function that releases it.
 *
 * @throws ServerError `StateInUse`, which names the holder; `StateUnusable`.
 */
export function lockFolder(folder: string): () => void {
  const { DatabaseSync } = sqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(folder, FILE), { timeout: 0 });
    // Nothing is ever written, so no journal is wanted. The transaction lasts as long as the server.
    database.exec("PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE");
  } catch (cause) {
    database?.close();
    if ((cause as { errcode?: number }).errcode === BUSY) throw inUse(folder);
    throw new ServerError("StateUnusable", `the state folder ${folder} cannot be locked: ${(cause as Error).message}`, cause);
  }
  const held = database;
  return () => held.close();
}

function inUse(folder: string): ServerError {
  const holder = readHolder(folder);
  // Between its locking and its saying so there is a moment in which the file is its predecessor's.
  const known = holder !== undefined && isAlive(holder.pid);
  const text = `the state folder ${folder} is in use by ${known ? described(holder) : "another process"}. `;
  return new ServerError("StateInUse", `${text}Stop ${known ? `it (kill ${holder.pid})` : "that"}, or name another state folder`);
}

function described({ pid, address }: Holder): string {
  return `process ${pid}${address === undefined ? "" : `, which answers at ${address}`}`;
}

/** Some of the Nodes that have it warn, once, that SQLite may change; what is used here is its oldest part. */
function sqlite(): typeof import("node:sqlite") {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}
