// SPDX-License-Identifier: Apache-2.0
/**
 * The worker on loopback, for as long as a script needs it.
 *
 * Starts `worker/serve.mjs` as a process of its own with a temporary state folder, waits until it
 * says that it is ready, and stops it again.
 */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "./temporary.mjs";

const SERVE = fileURLToPath(new URL("../../worker/serve.mjs", import.meta.url));
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

/**
 * Starts the worker.
 *
 * @param {Record<string, string>} [settings] the worker's variables, such as `ALLOWED_ORIGINS`.
 * @param {string} [kept] a state folder that is the caller's, who removes it; else there is a fresh one.
 * @returns the address, the region and account, the development credentials, and `stop()`, which
 *   ends the process and removes its fresh state. `stop` may be called more than once.
 */
export async function startWorker(settings = {}, kept = undefined) {
  const state = kept ?? (await temporaryFolder("edgekms-"));
  const flags = ["--port", "0", "--state", state, "--json"];
  for (const [name, value] of Object.entries(settings)) flags.push("--set", `${name}=${value}`);
  const child = spawn(process.execPath, [SERVE, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  const stop = stopper(child, kept ? undefined : state);
  try {
    const ready = await firstLine(child);
    const { accessKeyId, accessKeySecret } = await credentials(state);
    return {
      ...ready,
      credentials: { accessKeyId, accessKeySecret },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The development access key that `serve` made on its first start. */
async function credentials(state) {
  return JSON.parse(await readFile(join(state, "dev-credentials.json"), "utf8"));
}

/** Reads the line by which `serve --json` says that it is ready. */
function firstLine(child) {
  return new Promise((resolve, reject) => {
    const tail = [];
    const fail = (why) => reject(new Error(`the worker did not start: ${why}\n${tail.join("")}`.trimEnd()));
    const timer = setTimeout(() => fail(`no answer in ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
    child.stderr.setEncoding("utf8").on("data", (text) => {
      tail.push(text);
      if (tail.length > 50) tail.shift();
    });
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with status ${code}`));
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      if (!line.startsWith("{")) return;
      clearTimeout(timer);
      resolve(JSON.parse(line));
    });
  });
}

/** Ends the process (gently, then firmly) and removes its state, if there is one to be; at the latest when we end. */
function stopper(child, state) {
  let stopping;
  process.once("exit", () => {
    child.kill("SIGKILL");
    if (state) rmSync(state, { recursive: true, force: true });
  });
  return () => {
    stopping ??= (async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
        await ended;
        clearTimeout(timer);
      }
      if (state) await rm(state, { recursive: true, force: true, maxRetries: 3 });
    })();
    return stopping;
  };
}
