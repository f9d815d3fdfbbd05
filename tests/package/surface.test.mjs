// SPDX-License-Identifier: Apache-2.0

/** What the package exports, documents, and pulls into a browser. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { build } from "esbuild";
import * as edgekms from "edgekms";
import { CLIENT_CODES, FORMAT_CODES } from "../../pkg/dist/errors.js";
import { pageOf } from "../lib/page-size.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
/** Made one file of: `edgekms/all` and `edgekms/inline`. */
const ONE_FILE = ["all", "inline"];
const entry = (name) =>
  fileURLToPath(new URL(`../../pkg/dist/${ONE_FILE.includes(name) ? "" : "entrypoints/"}${name}.js`, import.meta.url));


async function graphOf(name) {
  const { metafile } = await build({
    entryPoints: [entry(name)],
    bundle: true,
    write: false,
    format: "esm",
    metafile: true,
    external: ["*.wasm", "*.wasm?module"],
    outdir: "unused",
    logLevel: "error",
  });
  return metafile;
}

for (const name of ["browser", "workerd", "edge-light", "slim", ...ONE_FILE]) {
  test(`the ${name} entry point reaches no Node built-in and no Buffer`, async () => {
    const { inputs } = await graphOf(name);
    const files = Object.keys(inputs);
    assert.ok(files.length > 10 || ONE_FILE.includes(name), "the graph was followed");
    for (const [file, { imports }] of Object.entries(inputs)) {
      for (const { path } of imports) assert.doesNotMatch(path, /^node:/, file);
      const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      assert.doesNotMatch(code, /\bBuffer\b|\brequire\(|\bprocess\.|from "node:/, file);
    }
  });
}

test("every entry point exports the same names; slim also `init`", async () => {
  const names = Object.keys(edgekms).sort();
  assert.deepEqual(names, [
    "EdgekmsError",
    "Envelope",
    "KmsClient",
    "PublicKey",
    "assumeRole",
    "assumeRoleWithOidc",
    "decryptAliyunMessage",
    "decryptOssObject",
    "encryptAliyunMessage",
    "encryptOssObject",
    "explainPermission",
    "explainPolicy",
    "inspect",
    "inspectAliyunMessage",
    "multiKeyring",
    "openFile",
    "passwordKeyring",
    "plaintextSize",
    "rawAesKeyring",
    "rawRsaKeyring",
    "rewrapFile",
    "sealFile",
    "sealedSize",
  ]);
  for (const name of ["node", "browser", "workerd", "edge-light", "slim", ...ONE_FILE]) {
    const { outputs } = await graphOf(name === "node" ? "slim" : name);
    const [{ exports }] = Object.values(outputs).filter(({ entryPoint }) => entryPoint);
    const extra = exports.filter((exported) => !names.includes(exported));
    assert.deepEqual(extra, name === "slim" || name === "node" ? ["init"] : []);
    assert.deepEqual(names.filter((exported) => !exports.includes(exported)), []);
  }
});

/** What a page's bundler makes of a program. */
async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["browser"],
    logLevel: "error",
  });
  return outputFiles[0].text;
}

test("what is not used is not bundled, and what starts the package is", async () => {
  const text = await bundled('import { inspect } from "edgekms"; inspect(new Uint8Array(0));');
  assert.match(text, /provideRuntime\(\{/);
  assert.doesNotMatch(text, /class KmsClient|class PublicKey|class Envelope|RSA-OAEP/);
});

test("the texts for bundles are in no page", async () => {
  const { inputs } = await graphOf("browser");
  assert.deepEqual(Object.keys(inputs).filter((path) => path.includes("_inline")), []);
});

test("CommonJS has the same names, and is the same class of errors to Node's own `require`", async () => {
  const require = createRequire(import.meta.url);
  const common = require("../../pkg/dist/cjs/entrypoints/node.js");
  assert.deepEqual(Object.keys(common).sort(), Object.keys(edgekms).sort());
  assert.equal(require("edgekms").EdgekmsError, edgekms.EdgekmsError);
});

test("a page with a client has no way to sessions in it unless it uses that", async () => {
  const STS = /"2015-04-01"|"AssumeRole/;
  const program = (names) => `import { ${names} } from "edgekms"; console.log(${names});`;
  assert.doesNotMatch(await bundled(program("Envelope, KmsClient")), STS);
  assert.match(await bundled(program("KmsClient, assumeRole")), STS);
});

test("a page with a client downloads what keyrings need, and the rest when it is used", async () => {
  const plain = await pageOf('import { Envelope, rawAesKeyring } from "edgekms"; console.log(Envelope, rawAesKeyring);');
  const kms = await pageOf('import { Envelope, KmsClient } from "edgekms"; console.log(Envelope, KmsClient);');
  for (const words of ["DeleteImportedKeyMaterial", "AWS4", "did you mean", "wasm-unsafe-eval", "importToken", "InvalidTimeStamp"]) {
    const is = (text) => text.includes(words);
    assert.ok(kms.later.some(is), words);
    assert.ok(!kms.first.some(is), words);
  }
  // Many small files compress worse, and each is a request (`pkg/src/shared.ts`).
  assert.ok(plain.first.length <= 3 && kms.first.length <= 3, `${plain.first.length} and ${kms.first.length} files`);
});

test("a page that encrypts and decrypts downloads texts, JSON, fields, lists and look-ups when it uses them, passwords never", async () => {
  const program = 'import { Envelope, rawAesKeyring } from "edgekms"; console.log(Envelope, rawAesKeyring);';
  const { first, later } = (await pageOf(program)).files;
  const named = (files, name) => files.some((file) => file.endsWith(`dist/${name}.js`));
  for (const name of ["text", "json", "many", "object-fields", "lookup"]) {
    assert.ok(!named(first, `envelope/${name}`) && named(later, `envelope/${name}`), name);
  }
  assert.ok(!named([...first, ...later], "keyring/password"));
  assert.ok(named(first, "envelope/envelope"), "the control");
});

test("a page downloads what other people's formats need when it first uses one", async () => {
  const names = "encryptAliyunMessage, encryptOssObject";
  const { first, later } = (await pageOf(`import { ${names} } from "edgekms"; console.log(${names});`)).files;
  const ofFormats = (files) => files.flatMap((file) => /dist\/((foreign|oss)\/.*)\.js$/.exec(file)?.[1] ?? []).sort();
  assert.deepEqual(ofFormats(first), ["foreign/formats"]);
  const parts = ["foreign/aliyun-materials", "foreign/aliyun-message", "oss/ctr", "oss/master-key", "oss/metadata", "oss/object"];
  assert.deepEqual(ofFormats(later), parts);
  const plain = (await pageOf('import { Envelope } from "edgekms"; console.log(Envelope);')).files;
  assert.deepEqual(ofFormats(plain.first), []);
});

test("slim says what to do when it was not started", async () => {
  const { Envelope, rawAesKeyring } = await import("../../pkg/dist/entrypoints/slim.js?fresh");
  assert.equal(typeof Envelope, "function");
  assert.equal(typeof rawAesKeyring, "function");
});

test("every code of the core is documented by the package, and every code of the package in its README", () => {
  const source = read("crates/core/src/error.rs");
  const list = /pub const CODES: &\[&str\] = &\[([^\]]+)\]/.exec(source)?.[1] ?? "";
  const core = [...list.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  assert.ok(core.length > 10);
  const documented = { ...FORMAT_CODES, ...CLIENT_CODES };
  assert.deepEqual(core.filter((code) => !(code in documented)), []);
  const readme = read("pkg/README.md");
  assert.deepEqual(Object.keys(documented).filter((code) => !readme.includes(`\`${code}\``)), []);
});

test("the generated bindings name no file: bundlers would ship it a second time", () => {
  for (const name of ["edgekms", "edgekms_extra", "edgekms_api"]) {
    assert.doesNotMatch(read(`pkg/dist/wasm/${name}.js`), /import\.meta/);
  }
});

test("the raw WebAssembly files can be imported by name", () => {
  const { resolve } = createRequire(import.meta.url);
  for (const name of ["edgekms.wasm", "edgekms_extra.wasm", "edgekms_api.wasm"]) {
    const bytes = readFileSync(resolve(`edgekms/${name}`));
    assert.ok(WebAssembly.validate(bytes));
  }
});
