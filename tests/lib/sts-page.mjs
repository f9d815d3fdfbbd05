// SPDX-License-Identifier: Apache-2.0

/** `examples/browser-sts` as its README says, in headless Chromium: worker, set-up, broker and page on loopback. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { build as esbuild } from "esbuild";
import { preview } from "vite";

import { startChromium } from "../../demo/lib/chromium.mjs";
import { buildPage } from "../../examples/browser-sts/build.mjs";
import { eventually } from "./eventually.mjs";
import { environmentFor, runScript } from "./run-script.mjs";
import { startWorker } from "./worker.mjs";

const EXAMPLE = fileURLToPath(new URL("../../examples/browser-sts/", import.meta.url));
const ATTACKER = fileURLToPath(new URL("../browser/fixtures/attacker.mjs", import.meta.url));
const WASM = fileURLToPath(new URL("../../pkg/dist/wasm", import.meta.url));
const requireOfWorker = createRequire(new URL("../../worker/package.json", import.meta.url));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The broker answers anything at all. */
const answers = (port) => eventually(() => fetch(`http://127.0.0.1:${port}/`));

/** The broker of Node, as a process. */
export async function startNodeBroker(port, folder) {
  const args = [`--env-file=${join(folder, ".env")}`, "broker-node.mjs"];
  const options = { cwd: EXAMPLE, env: { PATH: process.env.PATH, PORT: String(port) }, stdio: ["ignore", "ignore", "inherit"] };
  const child = spawn(process.execPath, args, options);
  const exited = once(child, "exit");
  const kill = () => child.kill();
  process.once("exit", kill);
  const stop = async () => {
    kill();
    await exited;
    process.removeListener("exit", kill);
  };
  await answers(port).catch(async (error) => {
    await stop();
    throw error;
  });
  return { stop };
}

/** The broker as a Worker: what wrangler bundles, in workerd. */
export async function startWorkerBroker(port, folder) {
  const wrangler = join(dirname(requireOfWorker.resolve("wrangler/package.json")), "bin", "wrangler.js");
  const built = join(folder, "broker-worker");
  const config = join(EXAMPLE, "wrangler.toml");
  const args = ["deploy", "--dry-run", "--config", config, "--assets", join(folder, "dist"), "--outdir", built];
  const { status, stderr, stdout } = await runScript("examples/browser-sts", [wrangler, ...args]);
  assert.equal(status, 0, stdout + stderr);
  const { Miniflare, convertV4MiniflareOptions } = createRequire(requireOfWorker.resolve("wrangler/package.json"))("miniflare");
  const wasm = /from "(\.\/[0-9a-f]+-edgekms[_a-z]*\.wasm)"/g;
  const code = await readFile(join(built, "broker-worker.js"), "utf8");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      host: "127.0.0.1",
      port,
      workers: [
        {
          name: "broker",
          modulesRoot: built,
          modules: [
            { type: "ESModule", path: join(built, "broker-worker.js") },
            ...[...code.matchAll(wasm)].map(([, path]) => ({ type: "CompiledWasm", path: join(built, path) })),
          ],
          compatibilityDate: "2026-01-01",
          bindings: parseEnv(await readFile(join(folder, ".env"), "utf8")),
        },
      ],
    }),
  );
  await miniflare.ready;
  return { stop: () => miniflare.dispose() };
}

/** Signs in, as the user would, by the page's form. */
export async function signIn(tab, origin, token) {
  await tab.goto(`${origin}/`);
  await tab.getByTestId("token").fill(token);
  await tab.getByTestId("sign-in").click();
  await tab.getByTestId("work").waitFor();
}

/** @returns everything that the tests need, and `stop()`. The broker is started by them. */
export async function startStsPage() {
  const started = [];
  const keep = (stop) => started.push(stop);
  const stop = async () => {
    while (started.length > 0) await started.pop()();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "edgekms-sts-"));
    keep(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    const dist = await buildPage(join(folder, "dist"));
    const outfile = join(dist, "attacker", "attacker.mjs");
    await esbuild({ entryPoints: [ATTACKER], bundle: true, format: "esm", conditions: ["browser"], outfile, logLevel: "error" });
    await cp(WASM, join(dist, "attacker", "wasm"), { recursive: true });

    const brokerPort = await freePort();
    const site = await preview({
      root: EXAMPLE,
      logLevel: "error",
      build: { outDir: dist },
      preview: { host: "127.0.0.1", port: 0, proxy: { "/credentials": `http://127.0.0.1:${brokerPort}` } },
    });
    keep(() => site.close());
    const origin = `http://127.0.0.1:${site.httpServer.address().port}`;
    const worker = await startWorker({ settings: { ALLOWED_ORIGINS: origin } });
    keep(() => worker.stop());

    const { status, stderr } = await runScript("examples/browser-sts", ["set-up.mjs", folder], environmentFor(worker));
    assert.equal(status, 0, stderr);
    await copyFile(join(folder, "public", "settings.json"), join(dist, "settings.json"));
    const secrets = parseEnv(await readFile(join(folder, ".env"), "utf8"));
    const chromium = await startChromium();
    keep(() => chromium.stop());
    return { folder, dist, brokerPort, origin, worker, secrets, chromium, tab: chromium.page, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
