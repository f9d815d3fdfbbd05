// SPDX-License-Identifier: Apache-2.0

/** A runtime that lacks what the package needs, or has it broken: a clear error, and nothing is sealed. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL("../../pkg/", import.meta.url));

/** Runs a module of its own, with the package's entry point; gives the JSON that it prints. */
async function inside(entry, body) {
  const source = `
    const { Envelope, rawAesKeyring } = await import(${JSON.stringify(entry)});
    const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
    const envelope = new Envelope({ keyring });
    const told = (error) => ({ code: error.code, message: error.message, cause: String(error.cause) });
    const seal = (options) => envelope.encrypt("x", options).then((message) => ({ length: message.length }), told);
    const stream = async (options) => {
      const parts = [];
      try {
        for await (const part of envelope.encryptStream(options).through([new Uint8Array(1)])) parts.push(part);
        return { parts: parts.length };
      } catch (error) {
        return { ...told(error), parts: parts.length };
      }
    };
    ${body}`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", source]);
  return JSON.parse(stdout);
}

describe("randomness", () => {
  const entry = join(PACKAGE, "dist/entrypoints/node.js");
  const SOURCES = {
    "throws": `{ getRandomValues() { throw new Error("no entropy"); }, subtle: crypto.subtle }`,
    "is missing": `{ subtle: crypto.subtle }`,
    "is not there at all": `undefined`,
    "does nothing, as a test's stand-in": `{ getRandomValues: (bytes) => bytes, subtle: crypto.subtle }`,
  };
  for (const [what, source] of Object.entries(SOURCES)) {
    test(`crypto.getRandomValues ${what}`, async () => {
      const results = await inside(entry, `
        const value = ${source};
        const whole = crypto;
        Object.defineProperty(globalThis, "crypto", { value, configurable: true });
        const results = [await seal(), await stream(), await envelope.createLookupKey().catch(told)];
        Object.defineProperty(globalThis, "crypto", { value: whole });
        console.log(JSON.stringify([...results, await seal()]));`);
      const working = results.pop();
      for (const { code, message, parts = 0 } of results) {
        assert.equal(code, "RandomnessUnavailable");
        assert.match(message, /crypto\.getRandomValues/);
        assert.equal(parts, 0);
      }
      assert.ok(working.length > 100, "and once there is randomness, all is well");
    });
  }

  test("that ends in the middle of the work ends the next message, not this one", async () => {
    const results = await inside(entry, `
      const before = await seal();
      crypto.getRandomValues = () => { throw new Error("no entropy"); };
      const after = [];
      for (let turn = 0; turn < 20; turn += 1) after.push(await seal());
      console.log(JSON.stringify({ before, after }));`);
    assert.ok(results.before.length > 100);
    const codes = results.after.map(({ code }) => code);
    const first = codes.indexOf("RandomnessUnavailable");
    assert.ok(first >= 0 && codes.slice(first).every((code) => code === "RandomnessUnavailable"), `${codes}`);
  });
});

describe("a WebAssembly file that is damaged", () => {
  let folder;
  let good;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "edgekms-broken-"));
    await cp(join(PACKAGE, "dist"), join(folder, "dist"), { recursive: true });
    await cp(join(PACKAGE, "package.json"), join(folder, "package.json"));
    good = await readFile(join(folder, "dist/wasm/edgekms_bg.wasm"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const DAMAGES = {
    "no byte": () => Buffer.alloc(0),
    "a page": () => Buffer.from("<!doctype html><title>Not found</title>"),
    "cut": (bytes) => bytes.subarray(0, bytes.length >> 1),
    "changed in its first section": (bytes) => Buffer.concat([bytes.subarray(0, 10), Buffer.alloc(50, 0xff), bytes.subarray(60)]),
    "another module": () => Buffer.from("0061736d01000000", "hex"),
  };
  for (const [what, damage] of Object.entries(DAMAGES)) {
    test(what, async () => {
      await writeFile(join(folder, "dist/wasm/edgekms_bg.wasm"), damage(good));
      const results = await inside(join(folder, "dist/entrypoints/node.js"), `
        console.log(JSON.stringify([await seal(), await stream(), await seal()]));`);
      for (const { code, message, parts = 0 } of results) {
        assert.equal(code, "WasmUnavailable", `${what}: ${message}`);
        assert.match(message, /^the WebAssembly module could not be loaded: /);
        assert.equal(parts, 0);
      }
    });
  }

  test("the control", async () => {
    await writeFile(join(folder, "dist/wasm/edgekms_bg.wasm"), good);
    const [{ length }] = await inside(join(folder, "dist/entrypoints/node.js"), "console.log(JSON.stringify([await seal()]));");
    assert.ok(length > 100);
  });
});
