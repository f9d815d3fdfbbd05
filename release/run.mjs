// SPDX-License-Identifier: Apache-2.0
/** Other programs, at the root of the checkout. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What a program writes; if it fails, its complaint. */
export const output = (program, ...parameters) => runIn(ROOT, program, ...parameters);

/** The same in another folder. */
export const runIn = (cwd, program, ...parameters) => runWith({ cwd }, program, ...parameters);

/** The same with settings of `execFile`. */
export async function runWith(settings, program, ...parameters) {
  try {
    const { stdout } = await run(program, parameters, { ...settings, maxBuffer: 1 << 28 });
    return stdout;
  } catch (error) {
    throw new Error(`${[program, ...parameters].join(" ")}: ${error.stderr || error.message}`, { cause: error });
  }
}
