#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * The main job, on real parts: a key in the worker, a file sealed in Node and opened in Chromium,
 * sealed in Chromium and opened in Node, and three ways in which it must not open.
 *
 * `cargo xtask demo [FILE]` builds what this needs and runs it. Everything that it starts listens
 * on loopback, and is stopped again at the end, on a failure, and on Ctrl-C.
 */
import { execFile } from "node:child_process";
import { rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Envelope, KmsClient, inspect } from "edgekms";

import { startChromium } from "./lib/chromium.mjs";
import { withCleanup } from "./lib/cleanup.mjs";
import { firstBytes, flipByte, makeFile, sha256, throughStream } from "./lib/files.mjs";
import { ownPeak, watchMemory } from "./lib/memory.mjs";
import { servePage } from "./lib/page-server.mjs";
import { FilePage } from "./lib/page.mjs";
import { faint, mebibytes, Steps, strong } from "./lib/report.mjs";
import { temporaryFolder } from "./lib/temporary.mjs";
import { startWorker } from "./lib/worker.mjs";

const DEFAULT_SIZE = 64 << 20;
const ALIAS = "alias/demo";
const CONTEXT = { purpose: "demo", album: "42" };
const WRONG_CONTEXT = { purpose: "demo", album: "43" };
/** `STATE_CONSISTENCY=strict` promises that a disabled key is dead everywhere within 5 s. */
const DISABLED_WITHIN_MS = 6_000;

/** Sequence number, IV and tag. */
const FRAME_OVERHEAD = 4 + 12 + 16;
const EXAMPLE = fileURLToPath(new URL("../examples/browser-encrypt-file/", import.meta.url));

const given = process.argv[2];

/** Fails the demo with a sentence. */
class DemoError extends Error {}

function mustEqual(got, expected, what) {
  if (got !== expected) throw new DemoError(`${what}: expected ${expected}, got ${got}`);
}

/** Runs what must fail, and gives the code that it failed with. */
async function codeOf(action, expected) {
  try {
    await action();
  } catch (error) {
    const codes = [error.code ?? error.name];
    if (error.cause?.code) codes.push(error.cause.code);
    if (!codes.some((code) => expected.includes(code))) throw error;
    return codes.join(": ");
  }
  throw new DemoError(`it opened, and must not (expected ${expected.join(" or ")})`);
}

/** A folder for the files of this run. */
async function workFolder() {
  const path = await temporaryFolder("edgekms-demo-");
  return { path, stop: () => rm(path, { recursive: true, force: true }) };
}

/** Builds the page in a process of its own: a bundler's memory is not the demo's. */
async function buildPage() {
  await promisify(execFile)(process.execPath, [join(EXAMPLE, "build.mjs")]);
  return join(EXAMPLE, "dist");
}

/** Starts the page, the worker and the browser. */
async function start(steps, keep) {
  const page = keep(await servePage(await steps.run("Build the browser example", buildPage)));
  const worker = await steps.run(
    "Start the worker on loopback",
    async () => keep(await startWorker({ ALLOWED_ORIGINS: page.origin, STATE_CONSISTENCY: "strict" })),
    { note: ({ address }) => address },
  );
  const chromium = await steps.run("Start headless Chromium", async () => keep(await startChromium()), {
    note: ({ context }) => `version ${context.browser()?.version() ?? "unknown"}`,
  });
  return { page, worker, chromium };
}

/** Creates the key and its alias, and an envelope under it. */
async function makeKey(steps, { address, region, credentials }) {
  const kms = new KmsClient({ endpoint: address, region, credentials });
  const keyId = await steps.run(
    `Create a CMK and ${ALIAS}`,
    async () => {
      const { keyMetadata } = await kms.createKey({ description: "edgekms demo" });
      await kms.createAlias({ keyId: keyMetadata.keyId, aliasName: ALIAS });
      return keyMetadata.keyId;
    },
    { note: (id) => id },
  );
  return { kms, keyId, envelope: new Envelope({ keyring: kms.keyring(ALIAS) }) };
}

/** The file to work on: the one given, or a new one. */
async function chooseFile(steps, folder) {
  const path = given ?? join(folder, "random.bin");
  if (!given) {
    const make = () => makeFile(path, DEFAULT_SIZE);
    await steps.run(`Make a file of ${mebibytes(DEFAULT_SIZE)}`, make, { bytes: DEFAULT_SIZE });
  }
  const { size } = await stat(path);
  const title = `Hash ${basename(path)}, ${mebibytes(size)}`;
  const digest = await steps.run(title, () => sha256(path), { bytes: size, note: short });
  return { path, size, digest };
}

/** Sealed in Node, opened in Chromium. */
async function nodeToChromium(steps, { envelope, file, page, folder }) {
  const bytes = file.size;
  const sealed = join(folder, "node.sealed");
  const opened = join(folder, "chromium.opened");
  await steps.run(
    "Seal it in Node, by stream",
    () => throughStream(file.path, envelope.encryptStream({ encryptionContext: CONTEXT }), sealed),
    { bytes },
  );
  await page.context(CONTEXT);
  mustEqual(await page.choose(sealed), true, "the page recognises a sealed file");
  await steps.run("Open it in Chromium", () => succeed(page), { bytes, note: ({ title }) => title });
  await steps.run("Download it from the page", () => page.download(opened), { bytes });
  const digest = await steps.run("Compare SHA-256", () => sha256(opened), { bytes, note: short });
  mustEqual(digest, file.digest, "SHA-256 after sealing in Node and opening in Chromium");
  await rm(opened);
  return sealed;
}

/** Sealed in Chromium, opened in Node. */
async function chromiumToNode(steps, { envelope, file, page, folder }) {
  const bytes = file.size;
  const sealed = join(folder, "chromium.sealed");
  const opened = join(folder, "node.opened");
  mustEqual(await page.choose(file.path), false, "the page recognises an ordinary file");
  await steps.run("Seal it in Chromium", () => succeed(page), { bytes, note: ({ title }) => title });
  await steps.run("Download it from the page", () => page.download(sealed), { bytes });
  await steps.run(
    "Open it in Node, by stream",
    () => throughStream(sealed, envelope.decryptStream({ encryptionContext: CONTEXT }), opened),
    { bytes },
  );
  const digest = await steps.run("Compare SHA-256", () => sha256(opened), { bytes, note: short });
  mustEqual(digest, file.digest, "SHA-256 after sealing in Chromium and opening in Node");
  await rm(sealed);
  await rm(opened);
}

/** A byte of ciphertext halfway through a sealed file; in a short one, of its last frame's tag. */
async function insideTheBody(path) {
  const { size } = await stat(path);
  const { headerLength, frameLength } = await inspect(await firstBytes(path, 1 << 16));
  const wholeFrame = frameLength + FRAME_OVERHEAD;
  const framesBefore = Math.floor((size - headerLength) / wholeFrame / 2);
  return framesBefore === 0 ? size - 1 : headerLength + framesBefore * wholeFrame + FRAME_OVERHEAD;
}

/** What must not open does not, and says why by a code. */
async function refusals(steps, { kms, keyId, envelope, page, folder, sealed }) {
  const out = join(folder, "refused");
  const open = (encryptionContext) => throughStream(sealed, envelope.decryptStream({ encryptionContext }), out);
  const inPage = async () => {
    await page.choose(sealed);
    const { code, title } = await page.run();
    if (!code) throw new DemoError(`the page opened it, and must not: ${title}`);
    return code;
  };
  const refused = (title, action) => steps.run(title, action, { note: (code) => code });

  const position = await insideTheBody(sealed);
  await flipByte(sealed, position);
  await refused("A flipped byte is refused in Node", () => codeOf(() => open(CONTEXT), ["FrameNotAuthentic"]));
  await refused("A flipped byte is refused in Chromium", inPage);
  await flipByte(sealed, position);

  await refused("A wrong context is refused in Node", () => codeOf(() => open(WRONG_CONTEXT), ["ContextMismatch"]));
  await page.context(WRONG_CONTEXT);
  await refused("A wrong context is refused in Chromium", inPage);
  await page.context(CONTEXT);

  await kms.disableKey({ keyId });
  await refused("A disabled key is refused in Node", () => untilDisabled(() => open(CONTEXT)));
  await refused("A disabled key is refused in Chromium", inPage);
  await rm(out, { force: true });
}

/** A key may still work for as long as the isolate's copy of its state is fresh. */
async function untilDisabled(open) {
  const deadline = Date.now() + DISABLED_WITHIN_MS;
  for (;;) {
    try {
      return await codeOf(open, ["Rejected.Disabled"]);
    } catch (error) {
      if (!(error instanceof DemoError) || Date.now() > deadline) throw error;
    }
  }
}

async function succeed(page) {
  const result = await page.run();
  if (result.code) throw new DemoError(`the page says: ${result.title} (${result.code}). ${result.text}`);
  return result;
}

function short(digest) {
  return `${digest.slice(0, 16)}…`;
}

function reportMemory(chromium, nodeBefore) {
  const line = (peak, before) => `${mebibytes(peak)} (${mebibytes(before)} before the first byte was sealed)`;
  console.log(`\nPeak memory    Node      ${line(ownPeak(), nodeBefore)}`);
  if (chromium.peak() === undefined) return;
  console.log(`               Chromium  ${line(chromium.peak(), chromium.start)}, all processes`);
}

async function main() {
  const began = performance.now();
  const isFile = (path) => stat(path).then((found) => found.isFile(), () => false);
  if (given && !(await isFile(given))) throw new DemoError(`${given} is not a file`);
  console.log(strong("edgekms: seal in Node, open in Chromium, and back\n"));
  await withCleanup(async (keep) => {
    const steps = new Steps();
    const folder = keep(await workFolder()).path;
    const { page: site, worker, chromium } = await start(steps, keep);
    const { kms, keyId, envelope } = await makeKey(steps, worker);
    const file = await chooseFile(steps, folder);
    const page = new FilePage(chromium.page);
    await page.open(site.origin, { ...worker, endpoint: worker.address, keyId: ALIAS });
    const memory = keep(watchMemory(chromium.profile));
    const nodeBefore = process.memoryUsage.rss();

    const sealed = await nodeToChromium(steps, { envelope, file, page, folder });
    await chromiumToNode(steps, { envelope, file, page, folder });
    await refusals(steps, { kms, keyId, envelope, page, folder, sealed });
    reportMemory(memory, nodeBefore);
  });
  console.log(`Stopped everything. ${faint("Total")} ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

main().catch((error) => {
  const code = error.code ? `${error.code}: ` : "";
  const what = error instanceof DemoError ? error.message : (error.stack ?? error);
  console.error(`\nThe demo failed. ${code}${what}`);
  process.exitCode = 1;
});
