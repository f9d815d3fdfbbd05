// SPDX-License-Identifier: Apache-2.0
/*
 * Puts the built worker beside the compiled TypeScript, in folders as in `worker`, since its modules import each
 * other; and what wrangler.toml says of it as JSON, which no program has to guess then.
 */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { BUILT, CLOCK, SOURCES } from "../dist/runtime/modules.js";

const worker = fileURLToPath(new URL("../../worker/", import.meta.url));
const to = fileURLToPath(new URL("../dist/worker/", import.meta.url));
// Wrangler reads its own file; it is the worker's tool, and not the package's.
const { unstable_readConfig: readConfig } = createRequire(join(worker, "package.json"))("wrangler");

if (!existsSync(join(worker, "build", BUILT[0]))) {
  throw new Error("worker/build is not there: run `cargo xtask build worker` first");
}
const files = [...BUILT.map((name) => join("build", name)), ...SOURCES.map((name) => join("src", name))];
for (const file of files) copy(join(worker, file), join(to, file));
copy(fileURLToPath(new URL(`../worker/${CLOCK}`, import.meta.url)), join(to, "src", CLOCK));

const config = readConfig({ config: join(worker, "wrangler.toml") }, { hideWarnings: true });
const about = {
  compatibilityDate: config.compatibility_date,
  compatibilityFlags: config.compatibility_flags,
  objects: Object.fromEntries(config.durable_objects.bindings.map((one) => [one.name, one.class_name])),
  namespaces: config.kv_namespaces.map(({ binding }) => binding),
  migrations: config.migrations,
  observability: config.observability,
  variables: config.vars,
};
writeFileSync(join(to, "worker.json"), `${JSON.stringify(about, undefined, 2)}\n`);

function copy(from, target) {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(from, target);
}
