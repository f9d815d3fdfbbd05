// SPDX-License-Identifier: Apache-2.0

/** Files, folders and pipes, under keys that need no server: encrypted, looked at, given other keys, decrypted. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Envelope, inspect, rawAesKeyring } from "edgekms";
import { awsOpen, awsRawAes } from "../lib/aws-esdk.mjs";
import { patternedBytes } from "../lib/bytes.mjs";
import { fails, KEY, namesIn, ok, run, workplace } from "./lib/cli.mjs";

const MiB = 1 << 20;
const POSIX = { skip: process.platform === "win32" && "no such permissions" };

/** A workplace with a file. */
async function place(t, bytes = patternedBytes(200_000)) {
  const cwd = await workplace(t);
  await writeFile(join(cwd, "photo.jpg"), bytes);
  const read = async (name) => new Uint8Array(await readFile(join(cwd, name)));
  const keyOf = async () => ({ namespace: "tests", name: "one", wrappingKey: await read("key") });
  return { cwd, bytes, read, keyOf, in: (...names) => join(cwd, ...names) };
}

describe("a file", () => {
  test("becomes a message beside it that others can read, and comes back", async (t) => {
    const { cwd, bytes, read, keyOf } = await place(t, patternedBytes(3 * MiB + 7));
    const { stdout, stderr } = await ok(["encrypt", "photo.jpg", ...KEY, "--context", "album=42", "-c", "by=ann=e"], { cwd });
    assert.equal(stdout, "");
    assert.equal(stderr, "encrypted photo.jpg to photo.jpg.encrypted\n");
    const { plaintext, messageHeader } = await awsOpen(awsRawAes(await keyOf()), await read("photo.jpg.encrypted"), 0x0478);
    assert.deepEqual(new Uint8Array(plaintext), bytes);
    assert.equal(messageHeader.encryptionContext.by, "ann=e");
    const back = await ok(["decrypt", "photo.jpg.encrypted", ...KEY, "--out", "again.jpg", "-c", "album=42"], { cwd });
    assert.equal(back.stderr, "its encryption context: by=ann=e\ndecrypted photo.jpg.encrypted to again.jpg\n");
    assert.deepEqual(await read("again.jpg"), bytes);
    assert.deepEqual(await namesIn(cwd), ["again.jpg", "key", "photo.jpg", "photo.jpg.encrypted"]);
  });

  test("is told of as JSON", async (t) => {
    const { cwd, bytes } = await place(t);
    const { stdout, stderr } = await ok(["encrypt", "photo.jpg", ...KEY, "--json", "-c", "a=b"], { cwd });
    assert.equal(stderr, "");
    const file = { from: "photo.jpg", to: "photo.jpg.encrypted", bytes: bytes.length };
    assert.deepEqual(JSON.parse(stdout), { files: [file], skipped: [] });
    const { stdout: back } = await ok(["decrypt", "photo.jpg.encrypted", ...KEY, "--json", "-o", "x"], { cwd });
    assert.deepEqual(JSON.parse(back).files[0].encryptionContext, { a: "b" });
  });

  test("has the name that is wanted, in the folder that is wanted, made if need be", async (t) => {
    const { cwd, bytes, read, in: at } = await place(t);
    await mkdir(at("there"));
    await ok(["encrypt", "photo.jpg", ...KEY, "--out", "a"], { cwd });
    await ok(["encrypt", "photo.jpg", ...KEY, "--out", "there"], { cwd });
    await ok(["encrypt", "photo.jpg", ...KEY, "--out", "new/deep/"], { cwd });
    for (const name of ["a", "there/photo.jpg.encrypted", "new/deep/photo.jpg.encrypted"]) {
      await ok(["decrypt", name, ...KEY, "--out", "back", "--force"], { cwd });
      assert.deepEqual(await read("back"), bytes, name);
    }
    await ok(["decrypt", "a", ...KEY], { cwd });
    assert.deepEqual(await read("a.decrypted"), bytes);
  });

  test("is signed, in frames of another length, of another suite", async (t) => {
    const { cwd, read } = await place(t);
    for (const [options, suite] of [[["--sign"], 0x0578], [["--suite", "0x0578"], 0x0578], [["--suite", "0x0478"], 0x0478]]) {
      await ok(["encrypt", "photo.jpg", ...KEY, "--frame-length", "1000", "--force", ...options], { cwd });
      const header = await inspect(await read("photo.jpg.encrypted"));
      assert.deepEqual([header.suite, header.frameLength], [suite, 1000]);
      await ok(["decrypt", "photo.jpg.encrypted", ...KEY, "--force"], { cwd });
    }
    await fails(["encrypt", "photo.jpg", ...KEY, "--sign", "--suite", "0x0478"], 2, /0x0478 does not sign/, { cwd });
  });

  test("keeps who may read it, and so does what is replaced", POSIX, async (t) => {
    const { cwd, in: at } = await place(t);
    const modeOf = async (name) => (await stat(at(name))).mode & 0o7777;
    await chmod(at("photo.jpg"), 0o640);
    await ok(["encrypt", "photo.jpg", ...KEY], { cwd });
    await ok(["encrypt", "photo.jpg", ...KEY, "--armor", "-o", "text"], { cwd });
    assert.deepEqual([await modeOf("photo.jpg.encrypted"), await modeOf("text")], [0o640, 0o640]);
    await chmod(at("photo.jpg.encrypted"), 0o600);
    await ok(["decrypt", "photo.jpg.encrypted", ...KEY, "-o", "new"], { cwd });
    await ok(["decrypt", "photo.jpg.encrypted", ...KEY, "-o", "text", "-f"], { cwd });
    assert.deepEqual([await modeOf("new"), await modeOf("text")], [0o600, 0o640]);
  });

  test("that a link names is the one behind it, for reading and for writing", POSIX, async (t) => {
    const { cwd, bytes, read, in: at } = await place(t);
    await symlink("photo.jpg", at("link"));
    await ok(["encrypt", "link", ...KEY], { cwd });
    await symlink("photo.jpg", at("target"));
    await fails(["decrypt", "link.encrypted", ...KEY, "-o", "target"], 7, /target is there already/, { cwd });
    await writeFile(at("photo.jpg"), "other");
    await ok(["decrypt", "link.encrypted", ...KEY, "-o", "target", "--force"], { cwd });
    assert.deepEqual(await read("photo.jpg"), bytes);
  });

  test("that is a pipe is read where a name for the message is given", POSIX, async (t) => {
    const { cwd, bytes, in: at } = await place(t);
    const program = `mkfifo pipe; cat photo.jpg > pipe & exec "$@"`;
    await ok(["encrypt", "pipe", ...KEY, "-o", "sealed"], { cwd, before: ["sh", "-c", program, "sh"] });
    assert.deepEqual(new Uint8Array((await ok(["decrypt", "sealed", ...KEY, "-o", "-"], { cwd })).bytes), bytes);
    await fails(["encrypt", at("pipe"), ...KEY], 2, /is no file, so nothing can be beside it/, { cwd });
  });
});

describe("several files", () => {
  test("each beside itself, or in one folder; what stands in the way is said before anything is done", async (t) => {
    const { cwd, in: at } = await place(t);
    await writeFile(at("b"), "b");
    const { stderr } = await ok(["encrypt", "photo.jpg", "b", ...KEY], { cwd });
    assert.equal(stderr, "encrypted 2 files, 195 KiB\n");
    await fails(["encrypt", "photo.jpg", "b", ...KEY], 7, /photo.jpg.encrypted is there already, and 1 more. --force/, { cwd });
    await ok(["encrypt", "photo.jpg", "b", ...KEY, "--out", "sealed"], { cwd });
    assert.deepEqual(await namesIn(at("sealed")), ["b.encrypted", "photo.jpg.encrypted"]);
    await mkdir(at("other"));
    await writeFile(at("other", "b"), "another");
    await fails(["encrypt", "b", "other/b", ...KEY, "--out", "c"], 2, /b and other\/b would both become c\/b.encrypted/, { cwd });
    await fails(["encrypt", "b", "b", ...KEY], 2, /b was given twice/, { cwd });
    await fails(["encrypt", "photo.jpg", "b", ...KEY, "-o", "-"], 2, /standard output takes one file/, { cwd });
    await fails(["encrypt", "b", "-", ...KEY], 2, /standard input goes alone/, { cwd });
    assert.ok(!(await namesIn(cwd)).includes("c"), "nothing was made");
  });

  test("stop at the first that fails, or go on and say which", async (t) => {
    const { cwd, in: at, read } = await place(t);
    for (const name of ["1", "2", "3"]) await writeFile(at(name), name);
    await ok(["encrypt", "1", "2", "3", ...KEY, "-o", "sealed"], { cwd });
    await writeFile(at("sealed", "2.encrypted"), "no message");
    await fails(["decrypt", "sealed/2.encrypted", "sealed/1.encrypted", ...KEY, "-o", "x"], 6, /^edgekms decrypt: sealed\/2.encrypted: .*(nothing was done|1 of 2 files were done)/, { cwd });
    const going = await run(["decrypt", "sealed", ...KEY, "-o", "back", "--keep-going"], { cwd });
    assert.equal(going.code, 9);
    const [which, done, sum] = going.stderr.trimEnd().split("\n");
    assert.match(which, /^edgekms decrypt: sealed\/2.encrypted: the message header is malformed/);
    assert.match(done, /decrypted 2 files/);
    assert.match(sum, /1 of 3 files failed/);
    assert.deepEqual(await namesIn(at("back")), ["1", "3"]);
    assert.equal(Buffer.from(await read("back/3")).toString(), "3");
    const json = await run(["decrypt", "sealed", ...KEY, "-o", "back", "--keep-going", "--force", "--json"], { cwd });
    assert.equal(JSON.parse(json.stdout).files.length, 2);
    assert.deepEqual(json.stderr.trimEnd().split("\n").map((line) => JSON.parse(line).error.exitCode), [6, 9]);
    // All for one reason: that reason.
    await writeFile(at("key2"), patternedBytes(32, 9), { mode: 0o600 });
    const other = ["--aes-key-file", "key2", ...KEY.slice(2)];
    const all = await run(["decrypt", "sealed/1.encrypted", "sealed/3.encrypted", ...other, "-o", "none", "--keep-going"], { cwd });
    assert.equal(all.code, 6);
    assert.ok(!(await namesIn(cwd)).includes("none"), "no folder is left in which nothing came to be");
  });
});

describe("a folder", () => {
  async function tree(t) {
    const it = await place(t);
    await mkdir(it.in("d", "sub", "empty"), { recursive: true });
    for (const name of ["d/a", "d/sub/b", "d/sub/.hidden"]) await writeFile(it.in(name), `it is ${name}`);
    return it;
  }

  test("is mirrored there and back; links and what is no file are named and left out", POSIX, async (t) => {
    const { cwd, in: at } = await tree(t);
    await chmod(at("d", "sub", "empty"), 0o700);
    await symlink("/etc/passwd", at("d", "link"));
    await symlink("..", at("d", "circle"));
    execFileSync("mkfifo", [at("d", "pipe")]);
    const { stderr } = await ok(["encrypt", "d", ...KEY, "--out", "sealed"], { cwd });
    assert.deepEqual(stderr.trimEnd().split("\n"), [
      "warning: d/circle is left out: it is a link",
      "warning: d/link is left out: it is a link",
      "warning: d/pipe is left out: it is no file",
      "encrypted 3 files, 41 B",
    ]);
    const { stdout } = await ok(["encrypt", "d", ...KEY, "--out", "sealed", "--force", "--json"], { cwd });
    assert.deepEqual(JSON.parse(stdout).skipped.map(({ path }) => path), ["d/circle", "d/link", "d/pipe"]);
    assert.deepEqual(await namesIn(at("sealed", "sub")), [".hidden.encrypted", "b.encrypted", "empty"]);
    assert.equal((await stat(at("sealed", "sub", "empty"))).mode & 0o777, 0o700);
    await ok(["decrypt", "sealed", ...KEY, "--out", "back"], { cwd });
    for (const name of ["link", "circle", "pipe"]) execFileSync("rm", [at("d", name)]);
    execFileSync("diff", ["-r", at("d"), at("back")]);
  });

  test("wants another that does not lie in it", async (t) => {
    const { cwd } = await tree(t);
    await fails(["encrypt", "d", ...KEY], 2, /d is a folder. Name another with --out/, { cwd });
    for (const out of ["d/sealed", "d", "d/sub/new/deep"]) {
      await fails(["encrypt", "d", ...KEY, "-o", out], 2, /lies in d, which is read/, { cwd });
    }
    await fails(["encrypt", "d", ...KEY, "-o", "-"], 2, /standard output takes one file/, { cwd });
  });
});

describe("pipes", () => {
  test("in and out, in and out again; a file to a pipe and a pipe to a file", async (t) => {
    const { cwd, bytes, read } = await place(t, patternedBytes(2 * MiB + 11));
    const { bytes: sealed, stderr } = await ok(["encrypt", ...KEY], { cwd, input: bytes });
    assert.equal(stderr, "");
    assert.deepEqual(new Uint8Array((await ok(["decrypt", ...KEY], { cwd, input: sealed })).bytes), bytes);
    assert.deepEqual(new Uint8Array((await ok(["decrypt", "-", ...KEY, "--out", "-"], { cwd, input: sealed })).bytes), bytes);
    await ok(["encrypt", "-", ...KEY, "--out", "x"], { cwd, input: bytes });
    assert.deepEqual(new Uint8Array((await ok(["decrypt", "x", ...KEY, "--out", "-"], { cwd })).bytes), bytes);
    await ok(["decrypt", ...KEY, "--out", "y"], { cwd, input: sealed });
    assert.deepEqual(await read("y"), bytes);
    await fails(["encrypt", ...KEY, "--out", "."], 2, /standard input has no name/, { cwd, input: "x" });
    assert.equal((await ok(["encrypt", ...KEY], { cwd })).bytes.length > 100, true, "nothing is something to encrypt");
  });

  test("plaintext of a pipe that ends too soon is written as far as it was verified, and the code says so", async (t) => {
    const { cwd, bytes } = await place(t, patternedBytes(300_000));
    const { bytes: sealed } = await ok(["encrypt", ...KEY, "--frame-length", "65536"], { cwd, input: bytes });
    const cut = await fails(["decrypt", ...KEY], 6, /TruncatedMessage/, { cwd, input: sealed.subarray(0, 200_000) });
    assert.ok(cut.bytes.length >= 65536 && cut.bytes.length < 200_000);
    assert.deepEqual(new Uint8Array(cut.bytes), bytes.slice(0, cut.bytes.length));
    await fails(["decrypt", ...KEY, "--out", "y"], 6, /TruncatedMessage/, { cwd, input: sealed.subarray(0, 200_000) });
    assert.deepEqual(await namesIn(cwd), ["key", "photo.jpg"]);
  });
});

describe("text", () => {
  test("has lines that say what it is, and is known again in whatever state it arrives", async (t) => {
    const { cwd } = await place(t);
    const { stdout } = await ok(["encrypt", ...KEY, "--armor"], { cwd, input: "a secret" });
    assert.match(stdout, /^-----BEGIN EDGEKMS MESSAGE-----\n([\w+/]{64}\n)*[\w+/=]{1,64}\n-----END EDGEKMS MESSAGE-----\n$/);
    const body = stdout.split("\n").slice(1, -2).join("");
    const url = body.replaceAll("+", "-").replaceAll("/", "_").replace(/=*$/, "");
    for (const text of [stdout, stdout.replaceAll("\n", "\r\n"), `\n ${stdout.replaceAll("\n", "  \n")}\n`, body, url, `${url}\n`]) {
      assert.equal((await ok(["decrypt", ...KEY], { cwd, input: text })).stdout, "a secret");
    }
    for (const text of [stdout.slice(0, -20), stdout.slice(40), stdout.replace("\n", "\n!"), stdout.replace("-----BEGIN", "-----BEGN"), url.slice(0, -1)]) {
      await fails(["decrypt", ...KEY], 6, /not a whole message|malformed|Truncated|NotAuthentic|ends/, { cwd, input: text });
    }
  });

  test("of the package's encryptText is read too, from files and in place", async (t) => {
    const { cwd, in: at, keyOf, read } = await place(t);
    const envelope = new Envelope({ keyring: rawAesKeyring(await keyOf()) });
    await writeFile(at("text"), await envelope.encryptText("a secret"));
    assert.equal((await ok(["decrypt", "text", ...KEY, "-o", "-"], { cwd })).stdout, "a secret");
    await ok(["decrypt", "text", ...KEY], { cwd });
    assert.equal(Buffer.from(await read("text.decrypted")).toString(), "a secret");
    await writeFile(at("pass"), "open\n", { mode: 0o600 });
    await ok(["rewrap", "text", ...KEY, "--to-password-file", "pass"], { cwd });
    assert.match(Buffer.from(await read("text")).toString(), /^-----BEGIN EDGEKMS MESSAGE/);
    assert.equal((await ok(["decrypt", "text", "--password-file", "pass", "-o", "-"], { cwd })).stdout, "a secret");
  });

  test("is for small things", async (t) => {
    const { cwd, in: at } = await place(t);
    await writeFile(at("big"), Buffer.alloc(16 * MiB + 1));
    await fails(["encrypt", "big", ...KEY, "--armor"], 2, /has more than 16.0 MiB/, { cwd });
    assert.ok(!(await namesIn(cwd)).includes("big.encrypted"));
  });
});

describe("keys", () => {
  test("several: each alone decrypts", async (t) => {
    const { cwd, bytes, in: at } = await place(t);
    await writeFile(at("pass"), "correct horse\n", { mode: 0o600 });
    await ok(["encrypt", "photo.jpg", ...KEY, "--password-file", "pass"], { cwd });
    for (const keys of [KEY, ["--password-file", "pass"], ["--password-file", "pass", ...KEY]]) {
      assert.deepEqual(new Uint8Array((await ok(["decrypt", "photo.jpg.encrypted", ...keys, "-o", "-"], { cwd })).bytes), bytes);
    }
    // The line break at a file's end is no part of the password, and standard input is a file too.
    await ok(["decrypt", "photo.jpg.encrypted", "--password-file", "-", "-o", "x"], { cwd, input: "correct horse" });
    await fails(["decrypt", "photo.jpg.encrypted", "--password-file", "-", "-o", "y"], 6, /NoDataKey/, { cwd, input: "correct house" });
  });

  test("of a file, as bytes or as text", async (t) => {
    const { cwd, in: at, read } = await place(t);
    await ok(["encrypt", "photo.jpg", ...KEY], { cwd });
    const key = Buffer.from(await read("key"));
    for (const text of [key.toString("hex"), key.toString("base64"), `${key.toString("hex").toUpperCase()}\n`]) {
      await writeFile(at("text"), text, { mode: 0o600 });
      await ok(["decrypt", "photo.jpg.encrypted", "--aes-key-file", "text", ...KEY.slice(2), "-o", "x", "-f"], { cwd });
    }
    for (const [bytes, line] of [["", /no AES key/], [key.subarray(1), /no AES key/], [`${key.toString("hex")}0`, /no AES key/], [Buffer.alloc(5000), /more than 256 B/]]) {
      await writeFile(at("text"), bytes, { mode: 0o600 });
      await fails(["encrypt", "photo.jpg", "--aes-key-file", "text", ...KEY.slice(2), "-f"], 2, line, { cwd });
    }
  });

  test("that others may read are warned of", POSIX, async (t) => {
    const { cwd, in: at } = await place(t);
    await chmod(at("key"), 0o644);
    const { stderr } = await ok(["encrypt", "photo.jpg", ...KEY], { cwd });
    assert.match(stderr, /^warning: others can read key; chmod 600 keeps it to yourself\n/);
  });

  test("must be named, and fit together", async (t) => {
    const { cwd, in: at } = await place(t);
    await writeFile(at("pass"), "", { mode: 0o600 });
    await writeFile(at("binary"), Buffer.from([0xff, 0xfe]), { mode: 0o600 });
    for (const [args, line] of [
      [["encrypt", "photo.jpg"], /no key was named. Give --key/],
      [["decrypt", "photo.jpg"], /no key was named that may open it. .*--any-key/],
      [["rewrap", "photo.jpg"], /no key was named that opens it now/],
      [["rewrap", "photo.jpg", ...KEY], /nothing was named that is to change/],
      [["rewrap", "photo.jpg", ...KEY, "--to-key", "a", "--remove-key", "b"], /takes the place of all keys/],
      [["encrypt", "photo.jpg", "--aes-key-file", "key"], /belong together/],
      [["encrypt", "photo.jpg", "--password", "--password-file", "pass"], /two ways to say one thing/],
      [["encrypt", "photo.jpg", "--password-file", "pass"], /the password file is empty/],
      [["encrypt", "photo.jpg", "--password-file", "binary"], /not UTF-8 text/],
      [["encrypt", "photo.jpg", "--password"], /no terminal to ask on. Give --password-file/],
      [["decrypt", "photo.jpg", "--any-key", "--key", "alias/x"], /--key would mean nothing/],
      [["decrypt", "photo.jpg", ...KEY, "--account", "1"], /--account restricts --any-key/],
      [["encrypt", "photo.jpg", ...KEY, "-c", "a=1", "-c", "a=2"], /--context a was given twice/],
      [["encrypt", "photo.jpg", "--aes-key-file", "key", "--aes-key-namespace", "aws-kms", "--aes-key-name", "n"], /belong to key services/],
    ]) {
      await fails(args, 2, line, { cwd });
    }
    assert.deepEqual(await namesIn(cwd), ["binary", "key", "pass", "photo.jpg"]);
  });
});

describe("inspect", () => {
  test("shows all that the header says, to people and to programs, without a key", async (t) => {
    const { cwd, in: at, keyOf, read } = await place(t);
    await writeFile(at("pass"), "open", { mode: 0o600 });
    await ok(["encrypt", "photo.jpg", ...KEY, "--password-file", "pass", "-c", "album=42"], { cwd });
    const { stdout } = await ok(["inspect", "photo.jpg.encrypted"], { cwd });
    for (const line of [/^suite +0x0478 AES_256_GCM_HKDF_SHA512_COMMIT_KEY$/m, /^context +album=42$/m, /^plaintext +200000 B \(195 KiB\)$/m, /^tests +one +48$/m, /^edgekms-password +a password/m]) {
      assert.match(stdout, line);
    }
    const [shown] = JSON.parse((await ok(["inspect", "photo.jpg.encrypted", "--json"], { cwd })).stdout);
    const header = await inspect(await read("photo.jpg.encrypted"));
    for (const name of ["suite", "suiteName", "messageId", "frameLength", "headerLength", "signed", "committing"]) {
      assert.equal(shown[name], header[name], name);
    }
    assert.deepEqual(shown.encryptedDataKeys.map(({ provider, key }) => [provider, key]), [["tests", "one"], ["edgekms-password", "a password"]]);
    assert.equal(shown.plaintextLength, 200_000);
    const { wrappingKey } = await keyOf();
    for (const secret of [Buffer.from(wrappingKey).toString("hex"), Buffer.from(wrappingKey).toString("base64")]) {
      assert.ok(!JSON.stringify(shown).includes(secret));
    }
  });

  test("reads pipes, texts, several, and no more than the header", async (t) => {
    const { cwd, read } = await place(t);
    await ok(["encrypt", "photo.jpg", ...KEY, ...Array.from({ length: 300 }, (_, index) => ["-c", `name${index}=value`]).flat()], { cwd });
    const message = await read("photo.jpg.encrypted");
    const [shown] = JSON.parse((await ok(["inspect", "--json"], { cwd, input: message.slice(0, 10_000) })).stdout);
    assert.equal(Object.keys(shown.encryptionContext).length, 300);
    await fails(["inspect"], 6, /TruncatedMessage/, { cwd, input: message.slice(0, 4500) });
    const { stdout: text } = await ok(["encrypt", ...KEY, "--armor"], { cwd, input: "x" });
    const [armored] = JSON.parse((await ok(["inspect", "-", "--json"], { cwd, input: text })).stdout);
    assert.deepEqual([armored.armored, armored.plaintextLength, armored.from], [true, 1, "standard input"]);
    const both = await ok(["inspect", "photo.jpg.encrypted", "photo.jpg.encrypted"], { cwd });
    assert.equal(both.stdout.match(/^file /gm).length, 2);
    await fails(["inspect", "photo.jpg"], 6, /MalformedHeader/, { cwd });
  });

  test("shows what a terminal would obey as text", async (t) => {
    const { cwd } = await place(t);
    const evil = "album=\u001b]0;owned\u0007\u202egnp.exe\nforged  line";
    await ok(["encrypt", "photo.jpg", ...KEY, "-c", evil], { cwd });
    const { stdout } = await ok(["inspect", "photo.jpg.encrypted"], { cwd });
    assert.match(stdout, /album=\\u001b\]0;owned\\u0007\\u202egnp\.exe\\u000aforged {2}line/);
    assert.doesNotMatch(stdout, /[\u001b\u0007\u202e]/);
    const json = (await ok(["inspect", "photo.jpg.encrypted", "--json"], { cwd })).stdout;
    assert.doesNotMatch(json, /[\u001b\u0007\u202e]/);
    assert.equal(JSON.parse(json)[0].encryptionContext.album, evil.slice("album=".length));
    const { stderr } = await ok(["decrypt", "photo.jpg.encrypted", ...KEY, "-o", "x"], { cwd });
    assert.doesNotMatch(stderr, /[\u001b\u0007\u202e]/);
    const verbose = await run(["decrypt", "photo.jpg.encrypted", ...KEY, "-o", "\u001b[2J/x", "--verbose"], { cwd });
    assert.equal(verbose.code, 8);
    assert.doesNotMatch(verbose.stderr, /\u001b/);
    const [line] = (await run(["decrypt", "no\u001b[2Jsuch\nfile", ...KEY], { cwd })).stderr.split("\n");
    assert.match(line, /no\\u001b\[2Jsuch\\u000afile/);
  });
});

describe("rewrap", () => {
  test("changes the keys of files in place, or into another, and of a pipe", async (t) => {
    const { cwd, bytes, in: at, read } = await place(t);
    await writeFile(at("pass"), "open", { mode: 0o600 });
    const PASS = ["--password-file", "pass"];
    const opens = async (name, keys) => (await run(["decrypt", name, ...keys, "-o", "-"], { cwd })).bytes.equals(Buffer.from(bytes));
    await ok(["encrypt", "photo.jpg", ...KEY, "-o", "a"], { cwd });
    await ok(["rewrap", "a", ...KEY, "--add-password-file", "pass"], { cwd });
    assert.deepEqual([await opens("a", KEY), await opens("a", PASS)], [true, true]);
    const before = await read("a");
    await ok(["rewrap", "a", ...PASS, "--remove-key", "one", "-o", "b"], { cwd });
    assert.deepEqual([await opens("b", KEY), await opens("b", PASS)], [false, true]);
    assert.deepEqual(await read("a"), before);
    await fails(["rewrap", "a", ...PASS, "--remove-key", "one", "-o", "b"], 7, /b is there already/, { cwd });
    const { bytes: piped } = await ok(["rewrap", ...PASS, "--to-aes-key-file", "key", "--to-aes-key-namespace", "tests", "--to-aes-key-name", "one"], { cwd, input: await read("b") });
    assert.deepEqual(new Uint8Array((await ok(["decrypt", ...KEY], { cwd, input: piped })).bytes), bytes);
    await fails(["rewrap", "a", ...KEY, "--remove-key", "two"], 2, /none of the keys/, { cwd });
    await fails(["rewrap", "photo.jpg", ...KEY, "--add-password-file", "pass"], 6, /MalformedHeader/, { cwd });
    await ok(["encrypt", "photo.jpg", ...KEY, "-o", "signed", "--sign"], { cwd });
    await fails(["rewrap", "signed", ...KEY, "--add-password-file", "pass"], 6, /SignedMessage/, { cwd });
    assert.deepEqual(await namesIn(cwd), ["a", "b", "key", "pass", "photo.jpg", "signed"]);
  });

  test("of a folder", async (t) => {
    const { cwd, in: at } = await place(t);
    await mkdir(at("d"));
    for (const name of ["1", "2"]) await writeFile(at("d", name), name);
    await writeFile(at("pass"), "open", { mode: 0o600 });
    await ok(["encrypt", "d", ...KEY, "-o", "sealed"], { cwd });
    const { stderr } = await ok(["rewrap", "sealed", ...KEY, "--to-password-file", "pass"], { cwd });
    assert.match(stderr, /^re-wrapped 2 files/);
    await fails(["decrypt", "sealed", ...KEY, "-o", "x"], 6, /NoDataKey/, { cwd });
    await ok(["decrypt", "sealed", "--password-file", "pass", "-o", "back"], { cwd });
    execFileSync("diff", ["-r", at("d"), at("back")]);
  });
});
