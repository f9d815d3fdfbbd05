// SPDX-License-Identifier: Apache-2.0

/**
 * The built worker as a separate process on loopback, started the way a developer starts it
 * (`worker/serve.mjs`), with a state folder that outlives the process when the test says so.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const SERVE = fileURLToPath(new URL("../../worker/serve.mjs", import.meta.url));
const READY_WITHIN_MS = 60_000;
const GONE_WITHIN_MS = 10_000;

/** @returns {Promise<string>} */
export function temporaryState() {
  return mkdtemp(join(tmpdir(), "edgekms-test-"));
}

/** @param {string} state */
export async function removeState(state) {
  await rm(state, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/**
 * Whether a process has not ended yet. One that has, and of which its parent has not heard, holds nothing
 * any more; some init processes take seconds to hear.
 *
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** Only Linux tells; elsewhere every process that is there counts. */
function isZombie(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.startsWith("Z", stat.lastIndexOf(")") + 2);
  } catch {
    return false;
  }
}

async function allGone(pids) {
  const deadline = Date.now() + GONE_WITHIN_MS;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) throw new Error(`still running: ${pids.filter(isAlive).join(", ")}`);
    await sleep(10);
  }
}

/**
 * Starts a worker and waits until it answers.
 *
 * @param {{ state?: string, settings?: Record<string, string> }} [options] `state` is kept by
 *   `stop` and `kill` when it was given, and removed by them when it was not
 */
export async function startWorker({ state, settings = {} } = {}) {
  const folder = state ?? (await temporaryState());
  const assignments = Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const child = spawn(
    process.execPath,
    [SERVE, "--port", "0", "--state", folder, "--json", ...assignments],
    // Its own process group, so that a kill reaches the runtime that it starts and nothing else.
    { detached: true, stdio: ["ignore", "pipe", "pipe"] },
  );
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaints = (complaints + text).slice(-8000);
  });
  const exited = once(child, "exit");
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const killTree = () => {
    if (isRunning()) process.kill(-child.pid, "SIGKILL");
  };
  // A test file that dies must not leave a worker behind.
  process.once("exit", killTree);

  const ready = await readyWithin(child, exited, () => complaints).catch((error) => {
    killTree();
    throw error;
  });
  const secrets = JSON.parse(await readFile(join(folder, "dev-credentials.json"), "utf8"));
  const end = async (signal) => {
    signal();
    await exited;
    await allGone([child.pid, ready.workerdPid]);
    process.removeListener("exit", killTree);
    if (state === undefined) await removeState(folder);
  };
  return {
    address: ready.address,
    host: new URL(ready.address).host,
    region: ready.region,
    accountId: ready.accountId,
    credentials: { accessKeyId: secrets.accessKeyId, accessKeySecret: secrets.accessKeySecret },
    /** What the process last wrote to its error stream. */
    complaints: () => complaints,
    /** Ends it in good order. */
    stop: () => end(() => child.kill("SIGTERM")),
    /** Ends the whole process tree at once, with no chance to finish anything. */
    kill: () => end(killTree),
  };
}

/** What it says of itself once it answers. */
async function readyWithin(child, exited, complaints) {
  const timeout = new AbortController();
  try {
    return await Promise.race([
      firstJsonLine(child.stdout),
      exited.then(([code]) => {
        throw new Error(`worker/serve.mjs ended with ${code} before it was ready:\n${complaints()}`);
      }),
      sleep(READY_WITHIN_MS, undefined, { signal: timeout.signal }).then(() => {
        throw new Error(`worker/serve.mjs was not ready within ${READY_WITHIN_MS} ms:\n${complaints()}`);
      }),
    ]);
  } finally {
    timeout.abort();
    // What it prints from now on must not fill the pipe.
    child.stdout.resume();
  }
}

async function firstJsonLine(stream) {
  for await (const line of createInterface({ input: stream })) {
    if (line.startsWith("{")) return JSON.parse(line);
  }
  return new Promise(() => {});
}
