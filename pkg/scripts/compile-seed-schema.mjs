// SPDX-License-Identifier: Apache-2.0
/*
 * The schema of seeds as a module that checks by it: the package depends on nothing, and a schema that is compiled
 * when it is loaded would need `Function`.
 */
import { copyFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const schema = JSON.parse(readFileSync(at("../seed.schema.json"), "utf8"));

/** `errorMessage` is what editors show, too. `verbose` tells the value and its schema, to make a sentence of. */
export const OPTIONS = {
  strictTypes: false,
  strictRequired: false,
  verbose: true,
  // Each definition once, and not wherever it is used: a third of the size.
  inlineRefs: false,
  keywords: ["errorMessage"],
};

const ajv = new Ajv({ ...OPTIONS, code: { source: true, esm: true } });
const contents = standalone.default(ajv, ajv.compile(schema));
await build({
  stdin: { contents, resolveDir: at("..") },
  bundle: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["main"],
  target: "es2022",
  legalComments: "none",
  minify: true,
  outfile: at("../dist/seed/schema-check.js"),
});
copyFileSync(at("../src/seed/schema-check.d.ts"), at("../dist/seed/schema-check.d.ts"));
