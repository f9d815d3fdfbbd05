// SPDX-License-Identifier: Apache-2.0

/** What goes wrong: one line, the documented code, nothing half-written. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "node:test";
import { patternedBytes } from "../lib/bytes.mjs";
import { fails, KEY, namesIn, ok, run, start, workplace } from "./lib/cli.mjs";

const MiB = 1 << 20;
const POSIX = { skip: process.platform === "win32" && "no POSIX" };

/** A workplace with a file and a message. */
async function place(t, bytes = patternedBytes(200_000)) {
  const cwd = await workplace(t);
  const at = (...names) => join(cwd, ...names);
  await writeFile(at("plain"), bytes);
  await ok(["encrypt", "plain", ...KEY, "-o", "sealed"], { cwd });
  return { cwd, at };
}

const BEFORE = ["key", "plain", "sealed"];

describe("files that cannot be used", () => {
  test("are named, with the system's code and what to do", async (t) => {
    const { cwd, at } = await place(t);
    await writeFile(at("blocked"), "a file");
    for (const [args, line] of [
      [["encrypt", "missing", ...KEY], /could not open missing \(ENOENT\)\. There is no such file/],
      [["decrypt", "missing", ...KEY], /could not open missing \(ENOENT\)/],
      [["rewrap", "missing", ...KEY, "--remove-key", "x"], /could not open missing \(ENOENT\)/],
      [["inspect", "missing"], /could not read missing \(ENOENT\)\. There is no such file/],
      [["encrypt", "plain", "--aes-key-file", "missing", ...KEY.slice(2)], /could not read missing \(ENOENT\)/],
      [["encrypt", "plain", "--password-file", "missing"], /could not read missing \(ENOENT\)/],
      [["encrypt", "plain", ...KEY, "-o", "blocked/x"], /ENOTDIR.*A part of the path is a file/],
      [["encrypt", "plain", ...KEY, "-o", "blocked/x/"], /could not make the folder blocked\/x\/ \((ENOTDIR|EEXIST)\)/],
      [["encrypt", "plain", ...KEY, "-o", "no/folder"], /could not create a file beside no\/folder \(ENOENT\)/],
    ]) {
      await fails(args, 8, line, { cwd });
    }
    if (process.platform === "linux") {
      await mkdir(at("folder"));
      await writeFile(Buffer.concat([Buffer.from(at("folder/")), Buffer.of(0xff)]), "");
      await fails(["encrypt", "folder", ...KEY, "-o", "x"], 8, /could not look at folder\/\ufffd \(ENOENT\)\. Its name is not UTF-8: rename it/, { cwd });
      await rm(at("folder"), { recursive: true });
    }
    // It refuses every name so, and Node's own way to make folders tries again for ever.
    if (process.platform === "linux") await fails(["encrypt", "plain", ...KEY, "-o", "/proc/a/b/"], 8, /could not make the folder \/proc\/a\/b\/ \(ENOENT\)/, { cwd });
    assert.deepEqual(await namesIn(cwd), ["blocked", ...BEFORE]);
    const { error } = JSON.parse((await run(["encrypt", "missing", ...KEY, "--json"], { cwd })).stderr);
    assert.deepEqual([error.code, error.exitCode], ["ENOENT", 8]);
  });

  test("what is there and is no file is not replaced, even with --force", POSIX, async (t) => {
    const { cwd } = await place(t);
    await fails(["encrypt", "plain", ...KEY, "-o", "/dev/null"], 7, /\/dev\/null is there already/, { cwd });
    await fails(["encrypt", "plain", ...KEY, "-o", "/dev/null", "--force"], 2, /is there and is not a file/, { cwd });
  });

  test("may be shut", { skip: POSIX.skip || (process.getuid() === 0 && "root may read everything") }, async (t) => {
    const { cwd, at } = await place(t);
    await chmod(at("plain"), 0);
    await fails(["encrypt", "plain", ...KEY, "-o", "x"], 8, /could not open plain \(EACCES\)\. You have no permission/, { cwd });
  });

  test("may belong to somebody else", { skip: POSIX.skip || (process.getuid() !== 0 && "only root can be somebody else") }, async (t) => {
    const { cwd, at } = await place(t);
    await mkdir(at("shut"), { mode: 0o755 });
    await chmod(at("plain"), 0o600);
    await chmod(cwd, 0o755);
    await chmod(at("key"), 0o644);
    // Nobody can read this checkout, perhaps; the program is handed over open, and its folder is a copy.
    const dist = at("copy");
    spawnSync("cp", ["-r", new URL("../../pkg/dist", import.meta.url).pathname, dist]);
    await writeFile(at("package.json"), '{ "type": "module" }');
    await copyFile(process.execPath, at("node"));
    await chmod(at("node"), 0o755);
    const asNobody = (args) => {
      const { status, stderr } = spawnSync(at("node"), [at("copy/cli/main.js"), ...args], { cwd, uid: 65534, gid: 65534, encoding: "utf8", env: {} });
      return [status, stderr.split("\n").filter((line) => !line.startsWith("warning")).join("\n")];
    };
    const [read, ofReading] = asNobody(["encrypt", "plain", ...KEY, "-o", "-"]);
    assert.equal(read, 8, ofReading);
    assert.match(ofReading, /plain.*\(EACCES\)\. You have no permission for it/);
    const [write, ofWriting] = asNobody(["decrypt", "sealed", ...KEY, "-o", "shut/x"]);
    assert.equal(write, 8, ofWriting);
    assert.match(ofWriting, /shut\/x \(EACCES\)/);
    assert.deepEqual(await namesIn(at("shut")), []);
  });

  test("on a full disk leave nothing", { skip: POSIX.skip || !mounts() }, async (t) => {
    const { cwd, at } = await place(t, patternedBytes(3 * MiB));
    await mkdir(at("small"));
    assert.equal(spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", at("small")]).status, 0);
    t.after(() => spawnSync("umount", [at("small")]));
    for (const [args, input] of [
      [["encrypt", "plain", ...KEY, "-o", "small/x"]],
      [["decrypt", "sealed", ...KEY, "-o", "small/x"]],
      [["encrypt", ...KEY, "-o", "small/x"], await readFile(at("plain"))],
      [["decrypt", ...KEY, "-o", "small/x"], await readFile(at("sealed"))],
    ]) {
      await fails(args, 8, /small\/x \(ENOSPC\)\. The disk is full/, { cwd, input });
      assert.deepEqual(await namesIn(at("small")), []);
    }
    spawnSync("umount", [at("small")]);
  });

  test("longer than a limit allows leave nothing", POSIX, async (t) => {
    const { cwd } = await place(t, patternedBytes(3 * MiB));
    const limited = ["sh", "-c", 'ulimit -f 1024; exec "$@"', "sh"];
    for (const args of [["encrypt", "plain", ...KEY, "-o", "x"], ["decrypt", "sealed", ...KEY, "-o", "x"]]) {
      await fails(args, 8, /x \(EFBIG\)\. The file would be larger/, { cwd, before: limited });
      assert.deepEqual(await namesIn(cwd), BEFORE);
    }
  });

  test("standard output that is full is one of them", { skip: process.platform !== "linux" && "no /dev/full" }, async (t) => {
    const { cwd } = await place(t);
    for (const command of [["encrypt", "plain", ...KEY, "-o", "-"], ["decrypt", "sealed", ...KEY, "-o", "-"], ["inspect", "sealed"]]) {
      const full = ["sh", "-c", 'exec "$@" > /dev/full', "sh"];
      await fails(command, 8, /ENOSPC.*The disk is full/, { cwd, before: full });
    }
  });
});

/** Whether this machine lets a disk be made. */
function mounts() {
  if (process.platform !== "linux" || process.getuid() !== 0) return false;
  return spawnSync("sh", ["-c", "d=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs $d && umount $d && rmdir $d"]).status === 0;
}

describe("messages that are none", () => {
  test("each is told apart, and leaves what is there", async (t) => {
    const { cwd, at } = await place(t);
    const message = await readFile(at("sealed"));
    const changed = Buffer.from(message);
    changed[message.length - 20] ^= 1;
    const header = Buffer.from(message);
    header[60] ^= 1;
    await writeFile(at("other"), patternedBytes(32, 7), { mode: 0o600 });
    await writeFile(at("target"), "what was there");
    const OTHER = ["--aes-key-file", "other", ...KEY.slice(2)];
    for (const [bytes, keys, line] of [
      [await readFile(at("plain")), KEY, /MalformedHeader/],
      [Buffer.from("hello"), KEY, /MalformedHeader/],
      [Buffer.alloc(0), KEY, /TruncatedMessage/],
      [message.subarray(0, 100), KEY, /TruncatedMessage/],
      [message.subarray(0, -1), KEY, /TruncatedMessage.*again/],
      [Buffer.concat([message, Buffer.from("x")]), KEY, /TrailingBytes/],
      [changed, KEY, /FrameNotAuthentic.*damaged or changed/],
      [header, KEY, /NoDataKey|HeaderNotAuthentic|MalformedHeader/],
      [message, OTHER, /NoDataKey.*inspect/],
      [message, [...KEY, "-c", "album=42"], /check the keys and the encryption context/],
    ]) {
      await writeFile(at("bad"), bytes);
      await fails(["decrypt", "bad", ...keys, "-o", "target", "--force"], 6, line, { cwd });
      assert.equal(await readFile(at("target"), "utf8"), "what was there");
      await fails(["decrypt", ...keys, "-o", "target", "--force"], 6, line, { cwd, input: bytes });
    }
    assert.deepEqual(await namesIn(cwd), ["bad", "key", "other", "plain", "sealed", "target"]);
  });

  test("without a key commitment are opened by those who say so", async (t) => {
    const { cwd, at } = await place(t);
    const { awsRawAes, awsSeal } = await import("../lib/aws-esdk.mjs");
    const key = { namespace: "tests", name: "one", wrappingKey: new Uint8Array(await readFile(at("key"))) };
    await writeFile(at("old"), await awsSeal(awsRawAes(key), Buffer.from("old"), { suiteId: 0x0178, frameLength: 512 }));
    await fails(["decrypt", "old", ...KEY, "-o", "-"], 6, /CommitmentPolicyViolation/, { cwd });
    const allowed = ["--commitment-policy", "require-encrypt-allow-decrypt"];
    assert.equal((await ok(["decrypt", "old", ...KEY, "-o", "-", ...allowed], { cwd })).stdout, "old");
    await writeFile(at("pass"), "open", { mode: 0o600 });
    await ok(["rewrap", "sealed", ...KEY, "--add-password-file", "pass"], { cwd });
    await fails(["decrypt", "sealed", ...KEY, "-o", "x", "--max-data-keys", "1"], 6, /TooManyEncryptedDataKeys/, { cwd });
  });
});

describe("whoever goes away", () => {
  test("reader of the output: nothing is said, and the code is that of a broken pipe", POSIX, async (t) => {
    const { cwd } = await place(t, patternedBytes(8 * MiB));
    for (const args of [["encrypt", "plain", ...KEY, "-o", "-"], ["decrypt", "sealed", ...KEY, "-o", "-"], ["help", "exit-codes", "--json"]]) {
      const child = start(args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
      child.stdout.destroy();
      let said = "";
      child.stderr.on("data", (text) => (said += text));
      const [code] = await once(child, "close");
      assert.equal(code, 141, `${args[0]}: ${said}`);
      assert.equal(said, "");
    }
  });

  /** Starts something long, and waits until its temporary file is there. */
  async function long(t, args, { input } = {}) {
    const { cwd, at } = await place(t);
    // A file with a hole: long, and on no disk.
    await truncate(at("plain"), 40 * 1024 * MiB);
    const child = start(args, { cwd, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => {});
    if (input) child.stdin.write(input);
    let said = "";
    child.stderr.on("data", (text) => (said += text));
    const closed = once(child, "close");
    for (let tries = 0; !(await namesIn(cwd)).some((name) => name.endsWith(".tmp")); tries += 1) {
      assert.ok(tries < 600, `nothing was begun: ${said}`);
      await sleep(20);
    }
    return { cwd, child, said: () => said, ended: async () => (await closed).slice(0, 2) };
  }

  const CASES = [
    ["a file", ["encrypt", "plain", ...KEY, "-o", "x"], {}],
    ["standard input that does not end", ["encrypt", "-", ...KEY, "-o", "x"], { input: "some" }],
  ];
  for (const [name, args, options] of CASES) {
    for (const [signal, expected, line] of [["SIGINT", 130, "interrupted"], ["SIGTERM", 143, "asked to end"], ["SIGHUP", 129, "the terminal went away"]]) {
      test(`${signal} in the middle of ${name} leaves nothing`, POSIX, async (t) => {
        const { cwd, child, ended, said } = await long(t, args, options);
        child.kill(signal);
        assert.deepEqual(await ended(), [expected, null]);
        assert.equal(said(), `edgekms encrypt: ${line}\n`);
        assert.deepEqual(await namesIn(cwd), BEFORE);
      });
    }
  }

  test("two Ctrl-C end it at once, and leave nothing either", POSIX, async (t) => {
    const { cwd, child, ended } = await long(t, ["encrypt", "plain", ...KEY, "-o", "x"]);
    child.kill("SIGINT");
    child.kill("SIGINT");
    await sleep(5);
    child.kill("SIGINT");
    assert.deepEqual(await ended(), [130, null]);
    assert.deepEqual(await namesIn(cwd), BEFORE);
  });

  test("SIGKILL leaves a file that only its owner can read, and nothing under the name", POSIX, async (t) => {
    const { cwd, child, ended } = await long(t, ["encrypt", "plain", ...KEY, "-o", "x"]);
    child.kill("SIGKILL");
    assert.deepEqual(await ended(), [null, "SIGKILL"]);
    const left = (await namesIn(cwd)).filter((name) => !BEFORE.includes(name));
    assert.match(left.join(), /^\.edgekms-[0-9a-f]{16}\.tmp$/);
  });
});
