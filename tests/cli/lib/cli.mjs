// SPDX-License-Identifier: Apache-2.0

/** The built command line as a program, in pipes. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The program, as the package's `bin` names it. */
export const MAIN = fileURLToPath(new URL("../../../pkg/dist/cli/main.js", import.meta.url));

/** What the program must not inherit from whoever runs the tests. */
const OWN = /^(EDGEKMS_|ALIBABA_CLOUD_|ALIBABACLOUD_|NO_COLOR$|FORCE_COLOR$|CI$|NODE_TEST_CONTEXT$|NODE_OPTIONS$|XDG_)/;

/** An environment with a home of its own. */
export function environment(folder, more = {}) {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name)));
  return { ...kept, HOME: folder, TERM: "xterm-256color", ...more };
}

/**
 * Starts it.
 *
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, uid?: number, before?: string[], stdio?: unknown }} [options]
 *   `before` is the program that starts Node, with its arguments
 */
export function start(args, { cwd = tmpdir(), env = {}, before = [], stdio = "pipe", ...more } = {}) {
  const [program, ...rest] = [...before, process.execPath, MAIN, ...args];
  return spawn(program, rest, { cwd, env: environment(cwd, env), stdio, ...more });
}

/**
 * Runs it to its end.
 *
 * @param {string[]} args
 * @param {Parameters<typeof start>[1] & { input?: Uint8Array | string }} [options]
 * @returns {Promise<{ code: number, signal: string | null, stdout: string, stderr: string, bytes: Buffer }>}
 */
export async function run(args, { input = "", ...options } = {}) {
  const child = start(args, options);
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [out, err, [code, signal]] = await Promise.all([gathered(child.stdout), gathered(child.stderr), once(child, "close")]);
  return { code, signal, stdout: out.toString(), stderr: err.toString(), bytes: out };
}

async function gathered(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A run that must succeed. */
export async function ok(args, options) {
  const outcome = await run(args, options);
  assert.equal(outcome.code, 0, `edgekms ${args.join(" ")}: ${outcome.stderr}`);
  return outcome;
}

/**
 * A run that must fail with this code, and with one line that says why.
 *
 * @param {string[]} args
 * @param {number} code
 * @param {RegExp} line
 */
export async function fails(args, code, line, options) {
  const outcome = await run(args, options);
  const of = `edgekms ${args.join(" ")}: ${outcome.code}\n${outcome.stderr}`;
  assert.equal(outcome.code, code, of);
  const lines = outcome.stderr.split("\n").filter((one) => one !== "" && !one.startsWith("warning: "));
  assert.equal(lines.length, 1, `one line: ${of}`);
  assert.match(lines[0], /^edgekms/);
  assert.match(lines[0], line, of);
  assert.doesNotMatch(outcome.stderr, /^\s+at /m, "no stack");
  return outcome;
}

/**
 * A folder with a key file, gone after the test.
 *
 * @param {import("node:test").TestContext} t
 */
export async function workplace(t) {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-cli-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "key"), randomBytes(32), { mode: 0o600 });
  return folder;
}

/** Options that name the key file of a workplace. */
export const KEY = ["--aes-key-file", "key", "--aes-key-namespace", "tests", "--aes-key-name", "one"];

/** Names of what is in a folder, those of temporary files too. */
export async function namesIn(folder) {
  return (await readdir(folder)).sort();
}
