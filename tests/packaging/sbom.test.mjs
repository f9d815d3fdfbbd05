// SPDX-License-Identifier: Apache-2.0

/** What the packages say that they are made of: CycloneDX, the same each time, and true of the files beside it. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import satisfies from "spdx-satisfies";
import { PACKAGES } from "../../release/packages.mjs";
import { cratesNamedIn } from "./lib/wasm-paths.mjs";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Licences of what is in the packages: they let anybody use, change and ship the work under terms of their own. */
const SHIPPED = ["Apache-2.0", "BSD-3-Clause", "ISC", "MIT", "Unicode-3.0", "Unlicense", "Zlib"];
/** And of what npm installs along with them, from whoever made it. LGPL: a library of sharp's, which miniflare wants. */
const INSTALLED = [...SHIPPED, "0BSD", "CC0-1.0", "LGPL-3.0-or-later"];

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

for (const { name, folder } of PACKAGES) {
  describe(name, () => {
    let text;
    let bom;
    before(async () => {
      text = await readFile(join(ROOT, folder, "sbom.cdx.json"), "utf8");
      bom = JSON.parse(text);
    });
    const manifest = async () => JSON.parse(await readFile(join(ROOT, folder, "package.json"), "utf8"));
    const modules = () => bom.components.filter(({ type }) => type === "file");

    test("its bill of materials is what CycloneDX's own validator takes, strictly", async () => {
      const trouble = await validator.validate(text);
      assert.equal(trouble, null);
    });

    test("that validator refuses what is no bill of materials", async () => {
      const { components: [first, ...others], ...rest } = bom;
      const wrong = JSON.stringify({ ...rest, components: [{ ...first, type: "nothing" }, ...others] });
      assert.ok(await validator.validate(wrong));
    });

    test("each WebAssembly file is named with its hash, and each crate that it names is listed", async () => {
      assert.ok(modules().length > 0);
      const listed = new Set(bom.components.map(({ name, version }) => `${name}-${version}`));
      for (const { name: file, hashes } of modules()) {
        const bytes = await readFile(join(ROOT, folder, file));
        assert.deepEqual(hashes, [{ alg: "SHA-256", content: createHash("sha256").update(bytes).digest("hex") }], file);
        const named = cratesNamedIn(bytes);
        assert.ok(named.length > 3, `${file} names crates`);
        assert.deepEqual(named.filter((crate) => !listed.has(crate)), [], file);
      }
    });

    test("it is about this package, and each npm package that is installed with it is in it", async () => {
      const { version, dependencies = {} } = await manifest();
      const { component } = bom.metadata;
      assert.deepEqual([component.name, component.version], [name, version]);
      const names = bom.components.map(({ purl = "" }) => /^pkg:npm\/(.*)@/.exec(purl)?.[1].replace("%40", "@"));
      assert.deepEqual(Object.keys(dependencies).filter((dependency) => !names.includes(dependency)), []);
    });

    test("whatever is in it hangs on the package, and has a licence that lets us", () => {
      const below = new Map(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
      const reached = new Set([bom.metadata.component["bom-ref"]]);
      for (const ref of reached) for (const used of below.get(ref) ?? []) reached.add(used);
      const refs = bom.components.map((component) => component["bom-ref"]);
      assert.deepEqual(refs.filter((ref) => !reached.has(ref)), []);
      assert.deepEqual([...reached].slice(1).filter((ref) => !refs.includes(ref)), []);
      const licenceOf = ({ licenses: [{ license, expression }] }) => expression ?? license.id;
      // npm says of what it installs whether it must be there.
      const allowed = ({ scope }) => (scope === undefined ? SHIPPED : INSTALLED);
      const libraries = bom.components.filter(({ type }) => type === "library");
      assert.deepEqual(libraries.filter((library) => !satisfies(licenceOf(library), allowed(library))), []);
    });

    describe("made again, in another language and time zone, with cargo's folder elsewhere", () => {
      let home;
      before(async () => (home = await mkdtemp(join(tmpdir(), "edgekms-sbom-"))));
      after(() => rm(home, { recursive: true, force: true }));

      test("it has the same bytes, with no time and no path", async () => {
        const cargo = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
        await symlink(join(cargo, "registry"), join(home, "registry"));
        const wanted = modules().map(({ name: file, properties: [{ value: crate }] }) => ({ crate, file }));
        const program = `
          import { inventory } from "./release/inventory.mjs";
          import { sbom } from "./release/sbom.mjs";
          process.stdout.write(await sbom(await inventory(${JSON.stringify(folder)}, ${JSON.stringify(wanted)})));
        `;
        const env = { ...process.env, CARGO_HOME: home, LC_ALL: "tr_TR.UTF-8", TZ: "Asia/Kathmandu" };
        const parameters = ["--input-type=module", "--eval", program];
        const { stdout } = await run(process.execPath, parameters, { cwd: ROOT, env, maxBuffer: 1 << 26 });
        assert.equal(stdout, text);
        assert.doesNotMatch(text, /serialNumber|timestamp/);
        for (const path of [ROOT, homedir(), home]) assert.ok(!text.includes(path), path);
      });
    });

    test("the notices name each crate of others, and have the text of each licence that must come along", async () => {
      const notices = await readFile(join(ROOT, folder, "THIRD-PARTY-NOTICES.txt"), "utf8");
      const crates = bom.components.filter(({ purl = "" }) => purl.startsWith("pkg:cargo/"));
      for (const { name: crate, version, licenses: [{ expression }] } of crates) {
        assert.match(notices, new RegExp(`^  ${crate} ${version.replace("+", "\\+")}[,\\n]`, "m"));
        if (satisfies(expression, ["Apache-2.0"])) continue;
        const [, text] = notices.split(new RegExp(`^${crate} ${version}$`, "m"));
        assert.match(text ?? "", /copyright|unlicense|public domain/i, crate);
      }
    });
  });
}
