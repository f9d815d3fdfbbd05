// SPDX-License-Identifier: Apache-2.0

/** The Python programs of tests/foreign/python, run with the packages that `cargo xtask` installs. */

import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../foreign/python/", import.meta.url));
const TIMEOUT_MS = 300_000;

/** `cargo xtask` names it; for a test started by hand it is in the cache, if it fits this checkout. */
function findPython() {
  if (process.env.EDGEKMS_PYTHON) return process.env.EDGEKMS_PYTHON;
  const base = process.env.XDG_CACHE_HOME?.startsWith("/") ? process.env.XDG_CACHE_HOME : join(homedir(), ".cache");
  const cache = join(base, "edgekms");
  const wanted = readFileSync(join(FOLDER, "requirements.txt"), "utf8");
  const fits = (name) => {
    const installed = join(cache, name, "requirements.txt");
    return existsSync(installed) && readFileSync(installed, "utf8") === wanted;
  };
  const names = existsSync(cache) ? readdirSync(cache) : [];
  const found = names.find((name) => /^python-[0-9a-f]{16}$/.test(name) && fits(name));
  if (!found) throw new Error("Python's packages are not installed: run `cargo xtask test --only foreign` once");
  return join(cache, found, "bin", "python");
}

/**
 * What Amazon's clients read from the environment, and nothing of what the machine's own user has
 * configured for them.
 *
 * @param {{ address: string, region: string, credentials: { accessKeyId: string, accessKeySecret: string } }} worker
 */
function environmentFor({ address, region, credentials }) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(own),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.accessKeySecret,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL_KMS: address,
    AWS_ENDPOINT_URL_STS: address,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    // A proxy for the rest of the world is none for this machine.
    NO_PROXY: "127.0.0.1",
    no_proxy: "127.0.0.1",
    // A copy of the code beside the code would be a file that nobody asked for.
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

/**
 * @param {Parameters<typeof environmentFor>[0]} worker
 * @param {string[]} args of Python: a script of tests/foreign/python, or `-m` and a module
 * @param {{ cwd?: string, input?: string | Uint8Array, env?: Record<string, string> }} [options]
 * @returns {Promise<{ status: number, stdout: string, stderr: string }>}
 */
export function runPython(worker, args, { cwd = FOLDER, input = "", env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...environmentFor(worker), ...env }, timeout: TIMEOUT_MS, maxBuffer: 1 << 26 };
    const child = execFile(findPython(), args, options, (error, stdout, stderr) => {
      if (typeof error?.code === "string") reject(error);
      else resolve({ status: error ? (error.code ?? -1) : 0, stdout, stderr });
    });
    // A program that does not read its input may be gone before it is written.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/**
 * A script that answers each line of JSON with one. Python takes a second to start, so one answers many.
 *
 * @param {Parameters<typeof environmentFor>[0]} worker
 * @param {string} script in tests/foreign/python
 * @param {Record<string, string>} [env]
 */
export function startPython(worker, script, env = {}) {
  const child = spawn(findPython(), [script], { cwd: FOLDER, env: { ...environmentFor(worker), ...env } });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaints = (complaints + text).slice(-8000);
  });
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last = Promise.resolve();
  return {
    /** Asks one thing, once all that was asked before is answered. */
    ask(question) {
      const answer = last.then(async () => {
        child.stdin.write(`${JSON.stringify(question)}\n`);
        const { value, done } = await lines.next();
        if (done) throw new Error(`${script} has ended:\n${complaints}`);
        return JSON.parse(value);
      });
      last = answer.catch(() => {});
      return answer;
    },
    stop() {
      child.kill();
    },
  };
}

/**
 * Runs a file of Python's `unittest` and shows each of its tests as one of Node's.
 *
 * @param {import("node:test").TestContext} context
 * @param {Parameters<typeof environmentFor>[0]} worker
 * @param {string} file in tests/foreign/python
 * @param {Record<string, string>} [env]
 */
export async function runPythonTests(context, worker, file, env = {}) {
  const { stdout, stderr } = await runPython(worker, ["report.py", file], { env });
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  const results = lines.map((line) => JSON.parse(line));
  for (const { name, failure } of results) {
    await context.test(name, () => {
      if (failure) throw new Error(failure);
    });
  }
  const last = results.at(-1);
  if (last?.name !== `${file}: all ran`) throw new Error(`${file} did not get to its end:\n${stdout}\n${stderr}`);
}
