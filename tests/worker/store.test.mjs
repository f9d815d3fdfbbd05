// SPDX-License-Identifier: Apache-2.0

/**
 * What every store of a keyring must do, tried on SQLite inside a running Durable Object: the cases of
 * `edgekms_service::conformance`, which the store in memory passes too. Each case has an object, and so
 * a database, of its own.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";

const BUILD = fileURLToPath(new URL("../../worker/build-conformance", import.meta.url));

let miniflare;
let cases;
let objectOf;

before(async () => {
  const names = readdirSync(BUILD).filter((name) => /\.(js|wasm)$/.test(name));
  names.sort((a, b) => Number(b === "index.js") - Number(a === "index.js"));
  const modules = names.map((name) => ({
    type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
    path: join(BUILD, name),
  }));
  miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      workers: [
        {
          name: "store",
          modules,
          modulesRoot: BUILD,
          compatibilityDate: "2026-11-01",
          durableObjects: { STORE: { className: "ConformanceObject", useSQLite: true } },
        },
      ],
    }),
  );
  await miniflare.ready;
  const namespace = await miniflare.getDurableObjectNamespace("STORE", "store");
  objectOf = (name) => namespace.get(namespace.idFromName(name));
  cases = await (await objectOf("names").fetch("http://store/")).json();
});
after(() => miniflare?.dispose());

test("the store in SQLite does what every store must", async (context) => {
  assert.ok(cases.length >= 15, `${cases.length} cases`);
  for (const [number, name] of cases.entries()) {
    await context.test(name, async () => {
      const answer = await objectOf(`case ${number}`).fetch("http://store/", { method: "POST", body: String(number) });
      assert.equal(await answer.text(), "");
      assert.equal(answer.status, 200);
    });
  }
});
