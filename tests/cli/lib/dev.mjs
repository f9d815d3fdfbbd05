// SPDX-License-Identifier: Apache-2.0

/** `edgekms dev` as a process, ended with the test at the latest. */

import { once } from "node:events";
import { createInterface } from "node:readline";
import { start } from "./cli.mjs";

/**
 * Starts it in a folder and waits until it says what it is.
 *
 * @param {import("node:test").TestContext} t
 * @param {string} folder
 * @param {string[]} [args]
 */
export async function startDev(t, folder, args = []) {
  const { child, exited, complaints } = spawned(t, ["dev", "--port", "0", "--json", ...args], folder);
  const line = once(createInterface({ input: child.stdout }), "line");
  const failed = exited.then(([code, signal]) => {
    throw new Error(`edgekms dev ended with ${code ?? signal}: ${complaints()}`);
  });
  const [text] = await Promise.race([line, failed]);
  const about = JSON.parse(text);
  const end = async (signal) => {
    child.kill(signal);
    return exited;
  };
  return { ...about, child, complaints, end };
}

/** A run of the program that need not come to an end. */
export function spawned(t, args, folder) {
  const child = start(args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  return { child, exited, complaints: () => said };
}
