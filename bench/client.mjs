#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * `cargo xtask bench client`: MB/s to seal and open, in Node and in Chromium, beside the runtime's
 * own AES-256-GCM in the same run, and in Node beside the AWS Encryption SDK for JavaScript.
 *
 * `--json` prints one object a line; `--quick` only shows that it works.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

import { startChromium } from "../demo/lib/chromium.mjs";
import { withCleanup } from "../demo/lib/cleanup.mjs";
import { watchMemory } from "../demo/lib/memory.mjs";
import { servePage } from "../demo/lib/page-server.mjs";
import { awsCrypto } from "./client/aws-crypto.mjs";
import { nodeCrypto } from "./client/node-crypto.mjs";
import { planOf } from "./client/plan.mjs";
import { runClient } from "./client/run.mjs";
import { print, row } from "./lib/table.mjs";

const CONTENDERS = { "node:crypto AES-256-GCM": nodeCrypto, "@aws-crypto/client-node": awsCrypto };
const PAGE = fileURLToPath(new URL("./client", import.meta.url));
const MEMORY = fileURLToPath(new URL("./client/memory.mjs", import.meta.url));

/** When the collector runs is chance: the middle of several runs counts. */
const MEMORY_RUNS = 5;

const json = process.argv.includes("--json");
const quick = process.argv.includes("--quick");
const say = (text) => process.stderr.write(`${text}\n`);

/** What sealing and opening a stream adds to a process that has done nothing else. */
function memoryRow(runtime, { before, peak }) {
  return row({
    case: "seal and open stream, peak memory",
    runtime,
    bytes: planOf(quick).stream,
    value: peak / (1 << 20),
    unit: "MiB",
    baseline: "MiB before the stream",
    baselineValue: before / (1 << 20),
  });
}

async function inNode() {
  const rows = await runClient("node", CONTENDERS, { quick, say });
  say("node: memory");
  const readings = [];
  for (let run = 0; run < MEMORY_RUNS; run += 1) {
    const child = fork(MEMORY, quick ? ["--quick"] : []);
    readings.push((await once(child, "message"))[0]);
  }
  readings.sort((a, b) => a.peak - b.peak);
  return [...rows, memoryRow("node", readings[MEMORY_RUNS >> 1])];
}

async function inChromium(keep) {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-bench-"));
  keep({ stop: () => rm(folder, { recursive: true, force: true }) });
  const output = { outDir: folder, emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 };
  await build({ root: PAGE, base: "./", logLevel: "warn", build: output });
  const site = keep(await servePage(folder));
  const rows = await visit(site, keep, (page) => page.evaluate((fast) => globalThis.bench.speed(fast), quick));
  // A fresh browser: the one that was measured for speed holds half a gigabyte of messages.
  const reading = await visit(site, keep, async (page, profile) => {
    const memory = keep(watchMemory(profile));
    await page.evaluate((fast) => globalThis.bench.memory(fast), quick);
    return { before: memory.start, peak: memory.peak() };
  });
  return reading.peak === undefined ? rows : [...rows, memoryRow("chromium", reading)];
}

async function visit(site, keep, action) {
  const { page, profile, stop } = keep(await startChromium());
  page.on("console", (message) => say(message.text()));
  await page.goto(site.origin);
  await page.waitForFunction(() => globalThis.bench !== undefined);
  const result = await action(page, profile);
  await stop();
  return result;
}

await withCleanup(async (keep) => {
  const rows = await inNode();
  rows.push(...(await inChromium(keep)));
  print(rows, json);
});
