// SPDX-License-Identifier: Apache-2.0

/** The form of the package for JSR: what `deno publish` says of it, its types, and that it runs from another host. */

import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { servePage } from "../../demo/lib/page-server.mjs";
import { makeJsr } from "../../release/jsr.mjs";
import { output } from "./lib/project.mjs";
import { tool } from "./lib/tools.mjs";

const DENO = tool("deno/deno");

/** Deno says all of it on standard error. */
const dryRun = (place) => output(place, "sh", "-c", '"$0" publish --dry-run --allow-dirty 2>&1', DENO);

let folder;
let jsr;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgekms-jsr-"));
  jsr = join(folder, "package");
  await mkdir(jsr);
  makeJsr(jsr);
});
after(() => rm(folder, { recursive: true, force: true }));

test("jsr.json has the version, the licence and the scope of npm's manifest", async () => {
  const [own, manifest] = await Promise.all(
    ["jsr.json", "package.json"].map(async (name) => JSON.parse(await readFile(join(import.meta.dirname, "../../pkg", name), "utf8"))),
  );
  assert.deepEqual([own.name, own.version, own.license], [`@edgekms/${manifest.name}`, manifest.version, manifest.license]);
});

test("`deno publish --dry-run` takes it: no slow types, and exactly the files that were put there", async () => {
  const said = await dryRun(jsr);
  assert.match(said, /^Success Dry run complete$/m);
  assert.doesNotMatch(said, /^(error|warning)/im);
  const named = [...said.matchAll(/^ +file:\/\/\S*\/package\/(\S+) \(/gm)].map(([, path]) => path);
  const there = (await readdir(jsr, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(jsr.length + 1));
  assert.deepEqual(named.toSorted(), there.toSorted());
});

test("a public function without a type is refused there", async () => {
  const broken = join(folder, "broken");
  await cp(jsr, broken, { recursive: true });
  const entry = join(broken, "dist/entrypoints/node.js");
  await writeFile(entry, (await readFile(entry, "utf8")).replace(/^\/\* @ts-self-types.*? \*\//, ""));
  const said = await dryRun(broken).catch(String);
  assert.match(said, /unsupported-javascript-entrypoint|slow type/i);
});

test("a program of Deno's that imports it from another host is checked, and runs without any file of it", async () => {
  const server = await servePage(jsr);
  try {
    await writeFile(
      join(folder, "main.ts"),
      `import { Envelope, passwordKeyring, rawAesKeyring } from "edgekms";
       const wrappingKey = new Uint8Array(32);
       const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey });
       const text: string = await new Envelope({ keyring }).decryptText(await new Envelope({ keyring }).encryptText("one"));
       const locked = new Envelope({ keyring: passwordKeyring({ password: "correct horse battery staple" }) });
       const other: string = await locked.decryptText(await locked.encryptText("two"));
       // @ts-expect-error a name is a text
       try { rawAesKeyring({ namespace: "n", name: 7, wrappingKey }); } catch (error) { console.log((error as { code: string }).code); }
       console.log(text, other);`,
    );
    const imports = { edgekms: `${server.origin}/dist/entrypoints/node.js` };
    await writeFile(join(folder, "deno.json"), JSON.stringify({ imports }));
    const allowed = ["--allow-import=127.0.0.1", "--allow-env", "--allow-read", "--no-lock", "--reload"];
    const said = await output(folder, DENO, "run", "--check", ...allowed, "main.ts");
    assert.equal(said, "InvalidArgument\none two\n");
  } finally {
    await server.stop();
  }
});
