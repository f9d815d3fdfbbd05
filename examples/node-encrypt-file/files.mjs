// SPDX-License-Identifier: Apache-2.0
/** The command line, and a result that is either whole or not there. */
import { access, rename, rm } from "node:fs/promises";

/** @returns `{ input, output, encryptionContext }` from `FILE [OUTPUT] [name=value ...]`. */
export function readArguments({ usage, name }) {
  const files = [];
  const encryptionContext = {};
  for (const argument of process.argv.slice(2)) {
    const equals = argument.indexOf("=");
    if (equals > 0) encryptionContext[argument.slice(0, equals)] = argument.slice(equals + 1);
    else files.push(argument);
  }
  if (files.length < 1 || files.length > 2) {
    console.error(usage);
    process.exit(2);
  }
  return { input: files[0], output: files[1] ?? name(files[0]), encryptionContext };
}

/**
 * Writes to `output.part` and renames it when all of it is there; on an error removes it, prints
 * the error's code, and ends with status 1. An existing `output` is never overwritten.
 *
 * @param {string} output @param {(part: string) => Promise<void>} write
 */
export async function finishWhole(output, write) {
  const part = `${output}.part`;
  try {
    if (await exists(output)) throw Object.assign(new Error(`${output} exists already`), { code: "EEXIST" });
    await write(part);
    await rename(part, output);
  } catch (error) {
    await rm(part, { force: true });
    const reason = error.cause?.code ? ` (${error.cause.code})` : "";
    console.error(`\n${error.code ?? error.name}${reason}: ${error.message}`);
    process.exit(1);
  }
}

async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
