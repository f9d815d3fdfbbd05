// SPDX-License-Identifier: Apache-2.0

/** What edgekms-server brings, and that it fits the client and the tools that the worker is built with. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compiles } from "../package/lib/compiles.mjs";
import { SERVER_WORKER } from "./lib/contents.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (path) => readFileSync(join(ROOT, path), "utf8");
const json = (path) => JSON.parse(read(path));

test("the worker in it is the one that was built, bound as wrangler.toml says", () => {
  for (const name of SERVER_WORKER.filter((one) => /^(build|src\/(?!clock))/.test(one))) {
    const same = readFileSync(join(ROOT, "server/dist/worker", name)).equals(readFileSync(join(ROOT, "worker", name)));
    assert.ok(same, `${name}: run \`cargo xtask build server\``);
  }
  const about = json("server/dist/worker/worker.json");
  const wrangler = read("worker/wrangler.toml");
  assert.match(wrangler, new RegExp(`^compatibility_date = "${about.compatibilityDate}"$`, "m"));
  const bound = [...wrangler.matchAll(/^(?:name|binding) = "([A-Z_]+)"$/gm)].map(([, name]) => name);
  assert.deepEqual([...Object.keys(about.objects), ...about.namespaces].sort(), bound.sort());
});

test("the deployed worker has no clock that can be moved", () => {
  const imported = (name) => [...read(`worker/src/${name}`).matchAll(/from "\.\/([\w-]+\.js)"|^import "\.\/([\w-]+\.js)"/gm)].map(([, one, other]) => one ?? other);
  const seen = new Set(["entry.js"]);
  for (const name of seen) for (const next of imported(name)) seen.add(next);
  assert.deepEqual([...seen].sort(), ["entry.js", "hosted.js", "microtasks.js"]);
  assert.match(read("worker/wrangler.toml"), /^main = "src\/entry\.js"$/m);
});

test("client and server are of one version, and the runtime is the one that wrangler was tested with", () => {
  const [server, client] = [json("server/package.json"), json("pkg/package.json")];
  assert.equal(server.version, client.version);
  assert.equal(client.peerDependencies["edgekms-server"], server.version);
  assert.equal(client.peerDependenciesMeta["edgekms-server"].optional, true, "nobody gets it unasked");
  const { packages } = json("package-lock.json");
  assert.equal(server.dependencies.miniflare, packages["node_modules/wrangler"].dependencies.miniflare);
});

test("what the client uses of it is what it has", () => compiles("server.ts"));

test("its rooms import one way", () => {
  /** Of two, the one further down may be imported by the one further up. */
  const ROOMS = ["index", "announce", "server", "clock", "start", "runtime", "https", "settings", "state", "generated", "errors"];
  const roomOf = (path) => ROOMS.indexOf(path.split("/")[0].replace(/\.(ts|js)$/, ""));
  const src = join(ROOT, "server/src");
  const sources = readdirSync(src, { recursive: true }).filter((name) => name.endsWith(".ts"));
  for (const name of sources) {
    assert.ok(roomOf(name) >= 0, `${name} is in no room`);
    for (const [, line, path] of readFileSync(join(src, name), "utf8").matchAll(/^(import .*|\} )from "(\.[^"]+)";$/gm)) {
      if (line.startsWith("import type")) continue;
      const target = relative(src, join(src, dirname(name), path));
      assert.ok(roomOf(target) >= roomOf(name), `${name} imports ${target}`);
    }
  }
});
