// SPDX-License-Identifier: Apache-2.0

/** Other people's runtimes, bundlers and checkers, in the folder where `cargo xtask` installs tools/package.json. */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const LOCK = fileURLToPath(new URL("../tools/package-lock.json", import.meta.url));

/** `cargo xtask` names it; for a test started by hand it is in the cache, if it fits this checkout. */
function find() {
  if (process.env.EDGEKMS_RUNTIMES) return process.env.EDGEKMS_RUNTIMES;
  const base = process.env.XDG_CACHE_HOME?.startsWith("/") ? process.env.XDG_CACHE_HOME : join(homedir(), ".cache");
  const cache = join(base, "edgekms");
  const wanted = readFileSync(LOCK, "utf8");
  const fits = (name) => {
    const installed = join(cache, name, "package-lock.json");
    return existsSync(installed) && readFileSync(installed, "utf8") === wanted;
  };
  const names = existsSync(cache) ? readdirSync(cache) : [];
  const found = names.find((name) => /^runtimes-[0-9a-f]{16}$/.test(name) && fits(name));
  if (!found) throw new Error("the runtimes are not installed: run `cargo xtask test --only packaging` once");
  return join(cache, found);
}

/** The folder whose `node_modules` has them: what lies in it finds them as its own. */
export const TOOLS = find();

/** A file of an installed package. */
export const tool = (path) => join(TOOLS, "node_modules", path);

/** A package, as a module. */
export async function importTool(name) {
  return import(pathToFileURL(createRequire(join(TOOLS, "package.json")).resolve(name)));
}

/** Programs that run JavaScript. */
export const PROGRAMS = {
  "Node 20": [join(createRequire(import.meta.url).resolve("node20/package.json"), "../bin/node")],
  "Node 22": [tool("node22/bin/node")],
  "Node 24": [process.execPath],
  "Node 26": [tool("node26/bin/node")],
  Deno: [tool("deno/deno"), "run", "--allow-all", "--no-config", "--node-modules-dir=manual"],
  Bun: [tool("bun/bin/bun.exe"), "run"],
};
