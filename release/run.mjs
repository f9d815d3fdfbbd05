// SPDX-License-Identifier: Apache-2.0
/** Other programs, at the root of the checkout. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What a program writes; if it fails, its complaint. */
export async function output(program, ...parameters) {
  try {
    const { stdout } = await run(program, parameters, { cwd: ROOT, maxBuffer: 1 << 28 });
    return stdout;
  } catch (error) {
    throw new Error(`${[program, ...parameters].join(" ")}: ${error.stderr || error.message}`, { cause: error });
  }
}
