// SPDX-License-Identifier: Apache-2.0

/** The tarball, installed into an empty folder, in every runtime and bundler that is promised. */

import assert from "node:assert/strict";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build as esbuild } from "esbuild";
import { createServer, build as vite } from "vite";
import { expected } from "./fixtures/scenario.mjs";
import { outcomeAt, outcomeOf } from "./lib/page.mjs";
import { installedProject, output } from "./lib/project.mjs";

const WEB_ENGINES = ["auto", "webcrypto", "wasm"];
const require = createRequire(import.meta.url);
const requireOfWorker = createRequire(new URL("../../worker/package.json", import.meta.url));

/** Every file that is shipped, and nothing else. Sources of each `.js` are pkg/src/*.ts. */
const MODULES = [
  "bytes",
  "call-site",
  "context",
  "core/bindings",
  "core/core",
  "core/fields",
  "core/opening",
  "core/policy",
  "core/sealing",
  "core/words",
  "credentials/assume-role",
  "credentials/assume-role-with-oidc",
  "credentials/source",
  "credentials/sts",
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
  "entrypoints/browser",
  "entrypoints/node",
  "entrypoints/slim",
  "entrypoints/workerd",
  "envelope/data-key",
  "envelope/envelope",
  "envelope/frame-length",
  "envelope/inspect",
  "envelope/json",
  "envelope/lookup",
  "envelope/many",
  "envelope/object-fields",
  "envelope/open",
  "envelope/open-stream",
  "envelope/seal",
  "envelope/seal-stream",
  "envelope/signature",
  "envelope/streams",
  "envelope/text",
  "errors",
  "generated/aliyun",
  "generated/aws",
  "generated/codes",
  "generated/methods",
  "generated/names",
  "generated/suites",
  "generated/table",
  "generated/words",
  "index",
  "keyring/arn",
  "keyring/attempts",
  "keyring/cache",
  "keyring/cache-materials",
  "keyring/cache-wait",
  "keyring/key-service",
  "keyring/keyring",
  "keyring/kms",
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
  "part",
  "runtime",
  "stream/byte-queue",
  "stream/duplex",
  "stream/in-order",
  "stream/lazy-stage",
  "wasm-trouble",
  "wasm-urls",
];
const OTHERS = [
  "LICENSE",
  "README.md",
  "package.json",
  "dist/wasm/edgekms.js",
  "dist/wasm/edgekms_extra.js",
  "dist/wasm/edgekms_bg.wasm",
  "dist/wasm/edgekms_extra_bg.wasm",
];

/** As wrangler brings it: the one copy, at the version that wrangler was tested with. */
function miniflareOfWrangler() {
  return createRequire(requireOfWorker.resolve("wrangler/package.json"))("miniflare");
}

let project;
before(async () => (project = await installedProject()));
after(() => project?.remove());

/** A folder of the project with the fixtures' page and nothing built yet. */
async function built(name) {
  const folder = join(project.folder, name);
  await mkdir(folder);
  await cp(join(project.folder, "index.html"), join(folder, "index.html"));
  return folder;
}

test("the package has exactly these files", () => {
  const shipped = project.files.map(({ path }) => path).sort();
  const listed = MODULES.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`]).concat(OTHERS);
  assert.deepEqual(shipped, listed.sort());
  assert.ok(project.files.every(({ size }) => size > 0), "no file is empty");
});

describe("Node", () => {
  const node20 = join(dirname(require.resolve("node20/package.json")), "bin", "node");
  for (const [major, program] of [["20", node20], ["24", process.execPath]]) {
    test(`Node ${major} runs it as it is installed`, async () => {
      assert.match(await output(project.folder, program, "--version"), new RegExp(`^v${major}\\.`));
      const results = JSON.parse(await output(project.folder, program, "node.mjs"));
      assert.deepEqual(results, expected(["auto", "node", "webcrypto", "wasm"]));
    });
  }
});

describe("browsers", () => {
  test("Vite bundles it with no setting, WebAssembly included", async () => {
    const outDir = join(project.folder, "vite");
    await vite({ root: project.folder, configFile: false, logLevel: "error", build: { outDir, target: "es2022" } });
    assert.deepEqual(await outcomeOf(outDir), expected(WEB_ENGINES));
  });

  test("Vite's development server serves it, with the one setting of the README", async () => {
    const server = await createServer({
      root: project.folder,
      configFile: false,
      logLevel: "error",
      optimizeDeps: { exclude: ["edgekms"] },
      server: { host: "127.0.0.1", port: 0 },
    });
    try {
      await server.listen();
      const { port } = server.httpServer.address();
      assert.deepEqual(await outcomeAt(`http://127.0.0.1:${port}`), expected(WEB_ENGINES));
    } finally {
      await server.close();
    }
  });

  test("esbuild bundles it, with the folder `wasm` copied beside the bundle", async () => {
    const folder = await built("esbuild");
    await esbuild({
      absWorkingDir: project.folder,
      entryPoints: { page: "page.mjs" },
      bundle: true,
      format: "esm",
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      logLevel: "error",
    });
    const wasm = join(project.folder, "node_modules/edgekms/dist/wasm");
    await cp(wasm, join(folder, "wasm"), { recursive: true });
    assert.deepEqual(await outcomeOf(folder), expected(WEB_ENGINES));
  });

  for (const loader of ["binary", "file"]) {
    test(`esbuild's loader ${loader} takes the raw files for edgekms/slim`, async () => {
      const folder = await built(`slim-${loader}`);
      await esbuild({
        absWorkingDir: project.folder,
        entryPoints: { page: "slim.mjs" },
        bundle: true,
        format: "esm",
        loader: { ".wasm": loader },
        outdir: folder,
        outExtension: { ".js": ".mjs" },
        logLevel: "error",
      });
      assert.deepEqual(await outcomeOf(folder), { early: "NotInitialized", ...expected(WEB_ENGINES) });
    });
  }

  test("without any bundler, an import map is enough", async () => {
    const folder = await built("import-map");
    const html = await readFile(join(folder, "index.html"), "utf8");
    const map = { imports: { edgekms: "./edgekms/dist/entrypoints/browser.js" } };
    const script = `<script type="importmap">${JSON.stringify(map)}</script>`;
    await writeFile(join(folder, "index.html"), html.replace("<script", `${script}<script`));
    await cp(join(project.folder, "node_modules/edgekms"), join(folder, "edgekms"), { recursive: true });
    for (const file of ["page.mjs", "scenario.mjs"]) await cp(join(project.folder, file), join(folder, file));
    assert.deepEqual(await outcomeOf(folder), expected(WEB_ENGINES));
  });
});

test("workerd runs what wrangler bundles", async () => {
  const wrangler = join(dirname(requireOfWorker.resolve("wrangler/package.json")), "bin", "wrangler.js");
  const config = { name: "packaging", main: "worker.mjs", compatibility_date: "2026-01-01" };
  await writeFile(join(project.folder, "wrangler.json"), JSON.stringify(config));
  await output(project.folder, process.execPath, wrangler, "deploy", "--dry-run", "--outdir", "workerd");
  const { Miniflare, convertV4MiniflareOptions } = miniflareOfWrangler();
  const folder = join(project.folder, "workerd");
  const names = await readdir(folder);
  const wasm = names.filter((name) => name.endsWith(".wasm"));
  assert.equal(wasm.length, 2, "wrangler took both WebAssembly files");
  const bundle = {
    name: "packaging",
    modules: [
      { type: "ESModule", path: join(folder, "worker.js") },
      ...wasm.map((name) => ({ type: "CompiledWasm", path: join(folder, name) })),
    ],
    modulesRoot: folder,
    compatibilityDate: config.compatibility_date,
  };
  const miniflare = new Miniflare(convertV4MiniflareOptions({ cf: false, workers: [bundle] }));
  try {
    const response = await miniflare.dispatchFetch("http://localhost/");
    assert.deepEqual(await response.json(), expected(WEB_ENGINES));
  } finally {
    await miniflare.dispose();
  }
});

describe("types", () => {
  for (const [module, moduleResolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
    test(`a strict program compiles with moduleResolution ${moduleResolution}, without Node's types`, async () => {
      const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
      const settings = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom,dom.iterable,dom.asynciterable"];
      const modules = ["--module", module, "--moduleResolution", moduleResolution, "--types", ""];
      await output(project.folder, process.execPath, tsc, ...settings, ...modules, "consumer.ts").catch((error) => {
        assert.fail(error.stdout);
      });
    });
  }
});
