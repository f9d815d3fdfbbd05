// SPDX-License-Identifier: Apache-2.0
/**
 * From file to file, in Node. The files are in the page cache: what is measured is the work, not the disk.
 *
 * @typedef {object} FileWork
 * @property {(from: string, to: string) => Promise<unknown>} seal
 * @property {(from: string, to: string) => Promise<unknown>} open
 */
import { open as openFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { MIB, PIECE, randomBytes } from "./plan.mjs";

/** A file this long warms, and one that ends within a frame is checked. */
const SHORT = 32 * MIB + 17;

/** Makes the file that all contenders seal. */
export async function makePlainFile(folder, bytes) {
  const piece = randomBytes(PIECE);
  const file = await openFile(join(folder, "plain"), "w");
  for (let left = bytes; left > 0; left -= PIECE) await file.writeFile(piece.subarray(0, Math.min(left, PIECE)));
  await file.close();
}

/**
 * @param {import("./work.mjs").Contender} contender
 * @param {string} folder holds `plain`; what a contender writes beside it is its own and is removed.
 * @returns {Promise<{ seal: Function, open: Function, stop(): Promise<void> }>} as `prepare` of `work.mjs`.
 */
export async function prepareFiles(contender, folder) {
  const work = await contender.files();
  const own = (name) => join(folder, `${process.pid}-${name}`);
  const short = { plain: own("short"), sealed: own("short-sealed"), opened: own("short-opened") };
  const long = { plain: join(folder, "plain"), sealed: own("sealed"), opened: own("opened") };
  const { size } = await stat(long.plain);
  await writeFile(short.plain, randomBytes(SHORT));
  const seal = (paths) => work.seal(paths.plain, paths.sealed);
  const open = (paths) => work.open(paths.sealed, paths.opened);

  await seal(short);
  await open(short);
  const opened = await readFile(short.opened);
  if (!opened.equals(await readFile(short.plain))) throw new Error("the file is not what was sealed");
  return {
    seal: async () => ({ warm: () => seal(short), run: () => seal(long) }),
    open: async () => ({ warm: () => open(short), run: () => open(long) }),
    async stop() {
      if ((await stat(long.opened)).size !== size) throw new Error("the opened file has another length");
      const written = [...Object.values(short), long.sealed, long.opened];
      for (const path of written) await rm(path, { force: true });
    },
  };
}
