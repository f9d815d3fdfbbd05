// SPDX-License-Identifier: Apache-2.0
/** Turns of contenders in Node, each in a process of its own. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TURN = fileURLToPath(new URL("./node-turn.mjs", import.meta.url));

/** Nothing that is measured takes as long, unless it hangs. */
const LIMIT_MS = 300_000;

/** Node 20 comes as a package, so that it need not be installed. */
export function node20Path() {
  const require = createRequire(new URL("../../tests/package.json", import.meta.url));
  return join(dirname(require.resolve("node20/package.json")), "bin", "node");
}

/**
 * @param {string} script
 * @param {string[]} args
 * @param {string} [execPath] the Node to use; default this one.
 * @returns {Promise<any>} what the process sends.
 */
export async function answerOf(script, args, execPath = process.execPath) {
  const stdio = ["ignore", "inherit", "inherit", "ipc"];
  const child = fork(script, args, { execPath, execArgv: [], stdio, timeout: LIMIT_MS });
  let answer;
  child.once("message", (message) => (answer = message));
  const [code, signal] = await once(child, "exit");
  if (code !== 0 || answer === undefined) throw new Error(`${script} ${args.join(" ")} ended with ${signal ?? code}`);
  return answer;
}

/** @returns a runner of turns, see `compare.mjs`. */
export function nodeRunner(execPath) {
  return (contender, job) => answerOf(TURN, [contender, JSON.stringify(job)], execPath);
}
