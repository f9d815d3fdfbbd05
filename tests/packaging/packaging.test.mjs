// SPDX-License-Identifier: Apache-2.0

/** What is in the tarball; runtimes.test.mjs and types.test.mjs install it and use it. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { installedProject } from "./lib/project.mjs";

/** Every file that is shipped, and nothing else. Sources of each `.js` are pkg/src/*.ts, which its map names. */
const MODULES = [
  "bytes",
  "call-site",
  "context",
  "core/bindings",
  "core/core",
  "core/fields",
  "core/load",
  "core/opening",
  "core/policy",
  "core/sealing",
  "core/words",
  "credentials/assume-role",
  "credentials/assume-role-with-oidc",
  "credentials/source",
  "credentials/sts",
  "crypto-key",
  "engine/choose",
  "engine/ecdsa",
  "engine/engine",
  "engine/failure",
  "engine/make",
  "engine/node",
  "engine/node-ecdsa",
  "engine/node-rsa",
  "engine/release",
  "engine/wasm",
  "engine/webcrypto",
  "engine/webcrypto-ecdsa",
  "entrypoints/all",
  "entrypoints/browser",
  "entrypoints/edge-light",
  "entrypoints/inline",
  "entrypoints/node",
  "entrypoints/script",
  "entrypoints/slim",
  "entrypoints/workerd",
  "envelope/data-key",
  "envelope/envelope",
  "envelope/files",
  "envelope/frame-length",
  "envelope/inspect",
  "envelope/json",
  "envelope/lookup",
  "envelope/many",
  "envelope/object-fields",
  "envelope/open",
  "envelope/open-stream",
  "envelope/options",
  "envelope/range",
  "envelope/rewrap",
  "envelope/seal",
  "envelope/seal-stream",
  "envelope/sealed-size",
  "envelope/signature",
  "envelope/sizes",
  "envelope/streams",
  "envelope/text",
  "errors",
  "files/aside",
  "files/files",
  "files/open-file",
  "files/pump",
  "files/rewrap-file",
  "files/seal-file",
  "foreign/aliyun-materials",
  "foreign/aliyun-message",
  "foreign/formats",
  "generated/aliyun",
  "generated/aws",
  "generated/codes",
  "generated/methods",
  "generated/names",
  "generated/suites",
  "generated/table",
  "generated/words",
  "index",
  "inflate",
  "keyring/arn",
  "keyring/attempts",
  "keyring/cache",
  "keyring/cache-materials",
  "keyring/cache-wait",
  "keyring/key-service",
  "keyring/keyring",
  "keyring/kms",
  "keyring/kms-words",
  "keyring/materials",
  "keyring/multi",
  "keyring/password",
  "keyring/raw-aes",
  "keyring/raw-rsa",
  "keyring/rsa",
  "kms/actions",
  "kms/algorithms",
  "kms/aliyun",
  "kms/asymmetric",
  "kms/aws",
  "kms/call-options",
  "kms/caller",
  "kms/clouds",
  "kms/der",
  "kms/dialect",
  "kms/endpoint",
  "kms/environment",
  "kms/explain",
  "kms/fields",
  "kms/gate",
  "kms/import",
  "kms/key-wrap",
  "kms/kms-client",
  "kms/mend",
  "kms/nearest",
  "kms/pem",
  "kms/public-key",
  "kms/public-key-use",
  "kms/remembered",
  "kms/rest",
  "kms/retry",
  "kms/signing",
  "kms/transport",
  "kms/trouble",
  "kms/wire",
  "kms/words",
  "maybe",
  "oss/ctr",
  "oss/master-key",
  "oss/metadata",
  "oss/object",
  "part",
  "runtime",
  "shared",
  "source/http",
  "source/source",
  "stream/byte-queue",
  "stream/duplex",
  "stream/in-order",
  "stream/lazy-stage",
  "stream/through",
  "wasm-trouble",
  "wasm-urls",
];
const OTHERS = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "THIRD-PARTY-NOTICES.txt",
  "package.json",
  "sbom.cdx.json",
  "dist/integrity.json",
  "dist/wasm/edgekms.js",
  "dist/wasm/edgekms_extra.js",
  "dist/wasm/edgekms_inline.js",
  "dist/wasm/edgekms_extra_inline.js",
  "dist/wasm-file.d.ts",
  "src/wasm-file.d.ts",
  "src/wasm-modules.d.ts",
  "dist/wasm/edgekms_bg.wasm",
  "dist/wasm/edgekms_extra_bg.wasm",
];

/** Made one file of, which then stands for the module. */
const ONE_FILE = { all: "all", inline: "inline", script: "edgekms.min" };
/** For `require`: one program, and declarations that are the modules' own. */
const COMMON_JS = ["entrypoints/node.js", "entrypoints/node.js.map", "package.json"].concat(
  MODULES.filter((name) => !name.startsWith("entrypoints/") || name.endsWith("/node")).flatMap((name) => [
    `${name}.d.ts`,
    `${name}.d.ts.map`,
  ]),
);
/** What travels to who installs it, and what it takes up there; before there were maps, 1.1 and 3.2 MB. */
const BUDGET = { packed: 1_700_000, unpacked: 5_700_000 };

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const installed = ({ folder }) => join(folder, "node_modules/edgekms");

let project;
before(async () => (project = await installedProject()));
after(() => project?.remove());

test("the package has exactly these files", () => {
  const shipped = project.files.map(({ path }) => path).sort();
  const written = (path) => [`${path}.js`, `${path}.js.map`];
  const modules = MODULES.flatMap((name) => {
    const declarations = [`dist/${name}.d.ts`, `dist/${name}.d.ts.map`, `src/${name}.ts`];
    const replaced = name.replace("entrypoints/", "") in ONE_FILE;
    return replaced ? declarations : [...declarations, ...written(`dist/${name}`)];
  });
  const one = Object.values(ONE_FILE).flatMap((name) => written(`dist/${name}`));
  const listed = [...modules, ...one, ...COMMON_JS.map((path) => `dist/cjs/${path}`), ...OTHERS];
  assert.deepEqual(shipped, listed.sort());
  assert.ok(project.files.every(({ size }) => size > 0), "no file is empty");
});

test("it is no larger than it is said to be", (t) => {
  t.diagnostic(`${project.size} bytes packed, ${project.unpackedSize} unpacked`);
  assert.ok(project.size <= BUDGET.packed, `${project.size} bytes packed`);
  assert.ok(project.unpackedSize <= BUDGET.unpacked, `${project.unpackedSize} bytes unpacked`);
});

test("the licence and the changelog are the repository's", async () => {
  for (const name of ["LICENSE", "CHANGELOG.md"]) {
    const [own, shipped] = await Promise.all([ROOT, installed(project)].map((folder) => readFile(join(folder, name), "utf8")));
    assert.equal(shipped, own, name);
  }
});

test("npm shows where it comes from, and whoever publishes it proves that", async () => {
  const manifest = JSON.parse(await readFile(join(installed(project), "package.json"), "utf8"));
  assert.equal(manifest.repository.url, "git+https://github.com/edgekms/edgekms.git");
  assert.equal(manifest.repository.directory, "pkg");
  assert.ok(manifest.homepage.startsWith("https://github.com/edgekms/edgekms"));
  assert.ok(manifest.bugs.url.startsWith("https://github.com/edgekms/edgekms"));
  assert.deepEqual(manifest.publishConfig, { access: "public", provenance: true });
  for (const word of ["author", "description", "keywords", "license"]) assert.ok(manifest[word]?.length > 0, word);
});

test("what must be one file imports nothing, neither at once nor later", async () => {
  for (const name of Object.values(ONE_FILE)) {
    const { metafile } = await build({
      entryPoints: [join(project.folder, "node_modules/edgekms/dist", `${name}.js`)],
      bundle: true,
      format: "esm",
      metafile: true,
      outdir: project.folder,
      write: false,
    });
    assert.equal(Object.keys(metafile.inputs).length, 1, `${name}.js stands alone`);
  }
});
