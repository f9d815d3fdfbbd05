// SPDX-License-Identifier: Apache-2.0
/**
 * Walks through the checklist of a release: `node release/check.mjs [ITEM...]`, all items when none is named, and
 * `--list` prints it.
 * The exit code is 1 if one of them is not so; all are looked at all the same. `cargo xtask release --check` builds
 * what this needs and starts it.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { styleText } from "node:util";
import { xtaskIn } from "./again.mjs";
import { CHECKLIST } from "./checklist.mjs";
import { ROOT } from "./run.mjs";

const place = { root: ROOT, now: new Date() };

const wanted = process.argv.slice(2);
if (wanted[0] === "--list") {
  for (const { name, asks } of CHECKLIST) console.log(`${name.padEnd(13)} ${asks}`);
  process.exit();
}
const unknown = wanted.find((name) => CHECKLIST.every((item) => item.name !== name));
if (unknown) {
  console.error(`no item is called ${unknown}; there are: ${CHECKLIST.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

/** What is wrong, or nothing. */
async function wrongWith({ rule, tests, xtask }) {
  try {
    if (rule) return await rule(place);
    if (xtask) return void (await xtaskIn(ROOT, {}, ...xtask));
    return await failed(tests);
  } catch (error) {
    return error.message;
  }
}

/** Runs files of tests; what they say if one fails. */
async function failed(tests) {
  const files = tests.map((file) => join(ROOT, "tests", file));
  const child = spawn(process.execPath, ["--test", "--test-reporter=spec", ...files], { stdio: ["ignore", "pipe", "inherit"] });
  const said = (await child.stdout.toArray()).join("");
  const [code] = child.exitCode === null ? await once(child, "close") : [child.exitCode];
  if (code !== 0) return said;
}

let failures = 0;
for (const item of CHECKLIST.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const wrong = await wrongWith(item);
  if (wrong === undefined) {
    console.log(`${styleText("green", "ok    ")} ${item.name}: ${item.asks}`);
    continue;
  }
  failures += 1;
  console.log(`${styleText("red", "FAILED")} ${item.name}: ${item.asks}`);
  console.log(`       ${wrong.trim().replaceAll("\n", "\n       ")}\n       ${item.remedy}`);
}
process.exitCode = failures === 0 ? 0 : 1;
