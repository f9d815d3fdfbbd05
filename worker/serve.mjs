// SPDX-License-Identifier: Apache-2.0
// The worker on this machine: workerd with SQLite-backed Durable Objects and KV, on loopback, its
// state kept in a folder.
//
//   node worker/serve.mjs --port 8787 --state .edgekms [--build worker/build] [--json] [--set NAME=VALUE]...
//
// Requests go straight into the worker (a direct socket), not through miniflare's own entry worker:
// three times the speed, and the Host header arrives as it was signed.
//
// Everything acknowledged is in SQLite files before it is acknowledged, so this process and workerd
// may be killed at any moment. If this one is killed, workerd follows.

import { spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const HOST = "127.0.0.1";
/** As in wrangler.toml. */
const COMPATIBILITY_DATE = "2026-11-01";
const COMPATIBILITY_FLAGS = ["no_nodejs_global_timers"];

const options = {
  port: { type: "string", default: "8787" },
  state: { type: "string", default: ".edgekms" },
  build: { type: "string", default: join(here, "build") },
  json: { type: "boolean", default: false },
  set: { type: "string", multiple: true, default: [] },
};

/** Development secrets: made once, kept in the state folder, readable by its owner alone. */
function credentials(state) {
  const file = join(state, "dev-credentials.json");
  if (existsSync(file)) return { ...JSON.parse(readFileSync(file, "utf8")), isNew: false };
  const made = {
    accountId: String(randomInt(1, 10)) + Array.from({ length: 15 }, () => randomInt(0, 10)).join(""),
    accessKeyId: `LTAI${randomBytes(10).toString("hex")}`,
    accessKeySecret: randomBytes(24).toString("base64url"),
    rootKeys: JSON.stringify({ current: "1", keys: { 1: randomBytes(32).toString("base64") } }),
  };
  // Renamed into place: a kill in between leaves either no file or a whole one.
  writeFileSync(`${file}.new`, JSON.stringify(made, undefined, 2), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return { ...made, isNew: true };
}

/** Miniflare, as wrangler brings it: the one copy, at the version that wrangler was tested with. */
export async function loadMiniflare() {
  const fromHere = createRequire(import.meta.url);
  const fromWrangler = createRequire(fromHere.resolve("wrangler/package.json"));
  const fromMiniflare = createRequire(fromWrangler.resolve("miniflare"));
  return { ...fromWrangler("miniflare"), workerd: fromMiniflare("workerd").default };
}

/** The main module, and what it imports beside the build. */
const SOURCES = ["entry.js", "hosted.js", "microtasks.js"];

/** The main module, and what the build made, which it finds in `build` wherever that is. */
function modulesOf(build) {
  if (!existsSync(join(build, "index.js"))) {
    throw new Error(`There is no worker in ${build}. Build it with: cargo xtask build worker`);
  }
  const type = (name) => (name.endsWith(".wasm") ? "CompiledWasm" : "ESModule");
  const built = readdirSync(build).filter((name) => /\.(js|wasm)$/.test(name));
  return [
    ...SOURCES.map((name) => ({ type: "ESModule", path: join(here, "src", name) })),
    ...built.map((name) => ({ type: type(name), path: join(here, "build", name), contents: readFileSync(join(build, name)) })),
  ];
}

/** The worker with its bindings, as in wrangler.toml. */
function workerOptions(build, bindings, port) {
  return {
    name: "edgekms",
    modules: modulesOf(build),
    modulesRoot: here,
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: COMPATIBILITY_FLAGS,
    bindings,
    durableObjects: {
      ACCOUNT: { className: "AccountObject", useSQLite: true },
      AUDIT_TRAIL: { className: "AuditObject", useSQLite: true },
      KEYRING: { className: "KeyringObject", useSQLite: true },
      WATCH: { className: "WatchObject", useSQLite: true },
    },
    kvNamespaces: { KEY_VIEWS: "key-views" },
    unsafeDirectSockets: [{ host: HOST, port }],
  };
}

/** A port that is free now, for `--port 0`. */
async function freePort() {
  const server = createServer();
  await new Promise((done, fail) => server.once("error", fail).listen(0, HOST, done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** `--set NAME=VALUE`; an empty value takes a variable away. */
function overrides(settings) {
  return settings.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new Error(`--set takes NAME=VALUE, not: ${text}`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

/**
 * Starts the worker. `extend` may change miniflare's options first, for a test that needs a binding
 * to fail.
 */
export async function serve(values, extend = (all) => all) {
  const state = resolve(values.state);
  const build = resolve(values.build);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const secrets = credentials(state);
  const bindings = {
    ROOT_KEYS: secrets.rootKeys,
    ACCOUNT_ID: secrets.accountId,
    ACCESS_KEY_ID: secrets.accessKeyId,
    ACCESS_KEY_SECRET: secrets.accessKeySecret,
    REGIONS: "cn-hangzhou",
    // A line for each call through two pipes to this terminal costs more than the call.
    AUDIT_LOG: "off",
    ...Object.fromEntries(overrides(values.set)),
  };
  const port = Number(values.port) || (await freePort());
  const { Miniflare, convertV4MiniflareOptions, workerd } = await loadMiniflare();

  const pidFile = join(state, "workerd.pid");
  rmSync(pidFile, { force: true });
  process.env.EDGEKMS_WORKERD = workerd;
  process.env.EDGEKMS_WORKERD_PID_FILE = pidFile;
  process.env.MINIFLARE_WORKERD_PATH = join(here, "run-workerd.sh");

  const all = extend({
    host: HOST,
    port: 0,
    cf: false,
    resourcePersistencePath: state,
    workers: [workerOptions(build, bindings, port)],
  });
  const miniflare = new Miniflare(convertV4MiniflareOptions(all));
  await miniflare.ready.catch(async (error) => {
    await miniflare.dispose();
    throw error;
  });
  const workerdPid = Number(readFileSync(pidFile, "utf8"));
  const watch = endWithUs(workerdPid);

  const stop = async () => {
    watch.kill();
    await miniflare.dispose();
    rmSync(pidFile, { force: true });
  };
  const about = {
    address: `http://${HOST}:${port}`,
    accountId: bindings.ACCOUNT_ID,
    accessKeyId: bindings.ACCESS_KEY_ID,
    ...(secrets.isNew && { accessKeySecret: bindings.ACCESS_KEY_SECRET }),
    region: String(bindings.REGIONS).split(",")[0],
    credentialsFile: join(state, "dev-credentials.json"),
    pid: process.pid,
    workerdPid,
  };
  return { about, stop, miniflare };
}

/** A process that kills workerd once this one is gone, however it went: its input then ends. */
function endWithUs(workerdPid) {
  const watch = spawn("sh", ["-c", 'read -r _; kill -KILL "$0" 2>/dev/null', String(workerdPid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watch.unref();
  return watch;
}

function announce(about, json) {
  if (json) {
    console.log(JSON.stringify(about));
    return;
  }
  console.log(`edgekms answers at ${about.address} (region ${about.region}, account ${about.accountId})`);
  console.log(`access key id:     ${about.accessKeyId}`);
  if (about.accessKeySecret) console.log(`access key secret: ${about.accessKeySecret}   (shown this once)`);
  console.log(`credentials:       ${about.credentialsFile}`);
}

async function main() {
  const { values } = parseArgs({ options });
  const { about, stop } = await serve(values);
  let stopping;
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.on(signal, () => {
      stopping ??= stop().finally(() => process.exit(0));
    });
  }
  announce(about, values.json);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(`edgekms could not start: ${error.message}`);
    process.exit(1);
  });
}
