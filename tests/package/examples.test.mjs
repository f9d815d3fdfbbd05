// SPDX-License-Identifier: Apache-2.0

/**
 * The documentation of what the package offers: everything that is called has an example and says how it fails, every
 * example compiles and runs, and the words are those of the glossary in the package's README.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as edgekms from "edgekms";
import * as seed from "edgekms/seed";
import * as testing from "edgekms/testing";
import { accountClient } from "../lib/clients.mjs";
import { startObjectServer } from "../lib/object-server.mjs";
import { publicSurface } from "../lib/public-surface.mjs";
import { startWorker } from "../lib/worker.mjs";
import { prelude } from "./lib/example-prelude.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const AsyncFunction = (async () => {}).constructor;
const surface = publicSurface();
/** What users import, by where from. */
const EXPORTS = { edgekms, "edgekms/seed": seed, "edgekms/testing": testing };
const exported = Object.assign({}, ...Object.values(EXPORTS));
const examples = surface.flatMap(({ name, examples: all }) => all.map((code) => ({ name, code })));

/** Whole rooms, by the beginning of their files' paths, whose documentation is being written; none is the goal. */
const UNWRITTEN = [];

/** What cannot fail. */
const NEVER_FAIL = ["Lookup.close", "RangeReader.close", "new EdgekmsError"];

/** What needs more than Node and a worker, and why; it is compiled all the same. */
const NOT_RUN = {
  init: "a bundler loads its `.wasm` files: tests/packaging has programs of each",
};

/** What an example takes for granted beside the prelude. */
const OWN = {
  decryptAliyunMessage: ({ aliyunMessage }) => ({ message: aliyunMessage }),
  // A stream is used once.
  "RangeReader.stream": () => ({ sink: new WritableStream() }),
};

/** Words that mean something else than encrypting and decrypting. */
const OTHER_MEANINGS = /\b(openFile|openRange|sealFile|sealedSize|SealedSizeOptions)\b/g;
const OLD_WORDS = /\b(un)?(seal|open)(s|ed|er|ers|ing)?\b|[a-z](Sealed|Opened)|\b(sealed|opened)[A-Z]/i;

const written = surface.filter(({ file }) => !UNWRITTEN.some((room) => file.startsWith(room)));

test("the surface was found", () => {
  const names = surface.map(({ name }) => name);
  assert.deepEqual(Object.keys(exported).filter((name) => !names.includes(name)), []);
  for (const name of ["Envelope.encryptFields", "KmsClient.fromEnv", "Lookup.close", "BytePair.through", "init"]) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(!names.includes("new PublicKey"), "a private constructor is nobody's");
  assert.ok(examples.length > 40);
});

test("every class, function and method has an example", () => {
  const lacking = written.filter(({ kind, examples: own }) => ["class", "function"].includes(kind) && own.length === 0);
  assert.deepEqual(lacking.map(({ name }) => name), []);
});

test("every function, method and constructor says how it fails, or is known not to", () => {
  const called = written.filter(({ kind }) => ["constructor", "function"].includes(kind));
  const silent = called.filter(({ throws }) => !throws).map(({ name }) => name);
  assert.deepEqual(silent.sort(), [...NEVER_FAIL].sort());
});

test("everything that is exported is described", () => {
  const bare = written.filter(({ kind, name, text }) => kind !== "other" || !name.includes("."));
  assert.deepEqual(bare.filter(({ text }) => text.trim() === "").map(({ name }) => name), []);
});

test("messages are encrypted and decrypted, in names, in texts and in examples", () => {
  const spoken = written.map(({ name, text, examples: own }) => ({ name, all: [name, text, ...own].join("\n") }));
  const old = spoken.filter(({ all }) => OLD_WORDS.test(all.replace(OTHER_MEANINGS, "")));
  assert.deepEqual(old.map(({ name }) => name), []);
});

/** As after `npm install`. */
async function project() {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-examples-"));
  await mkdir(join(folder, "node_modules", "@types"), { recursive: true });
  await symlink(`${ROOT}pkg`, join(folder, "node_modules", "edgekms"));
  await symlink(`${ROOT}node_modules/@types/node`, join(folder, "node_modules", "@types", "node"));
  return folder;
}

/** A module of one example. What it imports itself is not given to it. */
function moduleOf(code, given) {
  const own = [...code.matchAll(/^import .*;$/gm)].map(([line]) => line).join("\n");
  if (own !== "") return `${own}\n{\n${code.replace(/^import .*;$/gm, "")}\n}\nexport {};\n`;
  const imports = Object.entries(EXPORTS).map(([from, all]) => `import { ${Object.keys(all).join(", ")} } from "${from}";`);
  return `${imports.join("\n")}
import type { prelude } from "./example-prelude.mjs";
export async function example({ ${given.join(", ")} }: Awaited<ReturnType<typeof prelude>>) {
{
${code}
}
}
`;
}

describe("examples", () => {
  let worker;
  let store;
  let folder;
  let given;
  const home = process.cwd();

  before(async () => {
    folder = await project();
    worker = await startWorker();
    store = await startObjectServer();
    process.chdir(folder);
    given = await prelude(worker, store.address);
    // After the first calls: this client waits no more than three seconds for an answer.
    await accountClient(worker).call("CreateUser", { UserName: "alice" });
    Object.assign(process.env, {
      EDGEKMS_ENDPOINT: worker.address,
      EDGEKMS_REGION: worker.region,
      EDGEKMS_ACCESS_KEY_ID: worker.credentials.accessKeyId,
      EDGEKMS_ACCESS_KEY_SECRET: worker.credentials.accessKeySecret,
    });
  });
  after(async () => {
    process.chdir(home);
    await worker?.stop();
    await store?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  test("all compile", async () => {
    const source = fileURLToPath(new URL("lib/example-prelude.mjs", import.meta.url));
    await symlink(source, join(folder, "example-prelude.mjs"));
    for (const [index, { name, code }] of examples.entries()) {
      const names = Object.keys({ ...given, ...OWN[name]?.(given) });
      await writeFile(join(folder, `${index}-${name.replace(/\W/g, "-")}.ts`), moduleOf(code, names));
    }
    const compilerOptions = {
      strict: true,
      noEmit: true,
      allowJs: true,
      skipLibCheck: true,
      preserveSymlinks: true,
      target: "es2022",
      module: "nodenext",
      lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
      types: ["node"],
    };
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const compiler = createRequire(import.meta.url).resolve("typescript/package.json").replace("package.json", "bin/tsc");
    const run = promisify(execFile)(process.execPath, [compiler, "-p", folder, "--pretty", "false"]);
    await run.catch(({ stdout }) => assert.fail(stdout));
  });

  for (const [index, { name, code }] of examples.entries()) {
    if (name in NOT_RUN) continue;
    test(`${name}${examples.findIndex((one) => one.name === name) === index ? "" : ", again"}`, async () => {
      const names = { ...exported, ...given, ...OWN[name]?.(given) };
      const here = code
        .replaceAll("https://kms.example.com", worker.address)
        .replaceAll("https://example.org", `${store.address}/bucket`);
      // A block of its own: an example may give a name of the prelude to something else.
      await new AsyncFunction(...Object.keys(names), `"use strict";\n{\n${here}\n}`)(...Object.values(names));
    });
  }

  test("only those that need more are not run", () => {
    const all = examples.map(({ name }) => name);
    assert.deepEqual(Object.keys(NOT_RUN).filter((name) => !all.includes(name)), []);
  });
});
