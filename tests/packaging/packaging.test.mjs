// SPDX-License-Identifier: Apache-2.0

/** What is in the tarball; runtimes.test.mjs and types.test.mjs install it and use it. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { installedProject } from "./lib/project.mjs";

/** Every file that is shipped, and nothing else. Sources of each `.js` are pkg/src/*.ts. */
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
  "kms/checks",
  "kms/clouds",
  "kms/der",
  "kms/dialect",
  "kms/endpoint",
  "kms/environment",
  "kms/explain",
  "kms/explain-policy",
  "kms/explanation",
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
  "LICENSE",
  "README.md",
  "package.json",
  "dist/wasm/edgekms.js",
  "dist/wasm/edgekms_extra.js",
  "dist/wasm/edgekms_api.js",
  "dist/wasm/edgekms_inline.js",
  "dist/wasm/edgekms_extra_inline.js",
  "dist/wasm/edgekms_api_inline.js",
  "dist/wasm-file.d.ts",
  "dist/wasm/edgekms_bg.wasm",
  "dist/wasm/edgekms_extra_bg.wasm",
  "dist/wasm/edgekms_api_bg.wasm",
];

/** Made one file of, which then stands for the module. */
const ONE_FILE = ["all", "inline"];
/** For `require`: one program, and declarations that are the modules' own. */
const COMMON_JS = ["entrypoints/node.js", "package.json"].concat(
  MODULES.filter((name) => !name.startsWith("entrypoints/") || name.endsWith("/node")).map((name) => `${name}.d.ts`),
);

let project;
before(async () => (project = await installedProject()));
after(() => project?.remove());

test("the package has exactly these files", () => {
  const shipped = project.files.map(({ path }) => path).sort();
  const modules = MODULES.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`]);
  const replaced = ONE_FILE.map((name) => `dist/entrypoints/${name}.js`);
  const listed = modules
    .filter((path) => !replaced.includes(path))
    .concat(ONE_FILE.map((name) => `dist/${name}.js`), COMMON_JS.map((path) => `dist/cjs/${path}`), OTHERS);
  assert.deepEqual(shipped, listed.sort());
  assert.ok(project.files.every(({ size }) => size > 0), "no file is empty");
});

test("what must be one file imports nothing, neither at once nor later", async () => {
  for (const name of ONE_FILE) {
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
