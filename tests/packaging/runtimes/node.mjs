// SPDX-License-Identifier: Apache-2.0

/** Programs that run the package as it is installed, from `import` and from `require`. */

import { output } from "../lib/project.mjs";
import { PROGRAMS } from "../lib/tools.mjs";

const ENGINES = ["auto", "node", "webcrypto", "wasm"];

/** What a program printed. */
export async function printed(folder, runtime, file) {
  const [program, ...parameters] = PROGRAMS[runtime];
  return JSON.parse(await output(folder, program, ...parameters, file));
}

export const rows = Object.keys(PROGRAMS).flatMap((runtime) =>
  [
    ["ES module", "node.mjs"],
    ["CommonJS", "node.cjs"],
  ].map(([how, file]) => ({
    runtime,
    how,
    engines: ENGINES,
    run: ({ folder }) => printed(folder, runtime, file),
  })),
);
