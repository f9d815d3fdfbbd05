// SPDX-License-Identifier: Apache-2.0

/** Files sealed, opened and re-wrapped: whole or not at all. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { chmod, link, lstat, mkdir, open, readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Envelope, inspect, openFile, rawAesKeyring, rewrapFile, sealFile } from "edgekms";
import { SUITES, awsOpen, awsRawAes, awsSeal, awsSealNonFramed, suiteLabel } from "../lib/aws-esdk.mjs";
import { concatBytes, patternedBytes, throughStream } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { cut } from "../lib/message.mjs";
import { temporaryFolder } from "./lib/folder.mjs";

const KEY = { namespace: "files", name: "key", wrappingKey: patternedBytes(32, 1) };
const NEW = { namespace: "files", name: "new", wrappingKey: patternedBytes(32, 2) };
const LONGER = { namespace: "files", name: "a longer name", wrappingKey: patternedBytes(32, 3) };
const MiB = 1 << 20;

const envelopeOf = (key, options = {}) => new Envelope({ keyring: rawAesKeyring(key), ...options });
const envelope = envelopeOf(KEY);
const bytesOf = async (path) => new Uint8Array(await readFile(path));

/** A folder with a file `plain`, and the names beside it. */
async function files(t, plaintext = patternedBytes(300_000)) {
  const folder = await temporaryFolder(t);
  const [plain, sealed, opened] = ["plain", "sealed", "opened"].map((name) => join(folder, name));
  await writeFile(plain, plaintext);
  return { folder, plain, sealed, opened, plaintext };
}

describe("sealFile and openFile", () => {
  for (const length of [0, 1, 65_535, 65_536, 65_537, MiB, MiB + 1, 2 * MiB, 3 * MiB + 12_345]) {
    test(`${length} bytes there and back`, async (t) => {
      const { plain, sealed, opened, plaintext } = await files(t, patternedBytes(length));
      const encryptionContext = { name: "plain" };
      await sealFile(envelope, plain, sealed, { encryptionContext });
      const message = await bytesOf(sealed);
      assert.deepEqual((await envelope.decrypt(message, { encryptionContext })).plaintext, plaintext);
      const header = await openFile(envelope, sealed, opened, { encryptionContext });
      assert.deepEqual(await bytesOf(opened), plaintext);
      assert.deepEqual({ ...header.encryptionContext }, encryptionContext);
      assert.equal(header.header.suite, 0x0478);
      assert.deepEqual((await awsOpen(awsRawAes(KEY), message, 0x0478)).plaintext, plaintext);
    });
  }

  test("by every engine, in frames of every size, signed or not", async (t) => {
    const { plain, sealed, opened, plaintext } = await files(t, patternedBytes(200_003));
    for (const engine of ["auto", "node", "webcrypto", "wasm"]) {
      for (const [frameLength, suite] of [[1000, 0x0478], [65_536, 0x0578], [3 * MiB, 0x0478], [100_000, 0x0578]]) {
        const options = { engine, frameLength, suite };
        await sealFile(envelope, plain, sealed, options);
        await openFile(envelope, sealed, opened, { engine });
        assert.deepEqual(await bytesOf(opened), plaintext, JSON.stringify(options));
        const { plaintext: whole, messageHeader } = await awsOpen(awsRawAes(KEY), await bytesOf(sealed), suite);
        assert.deepEqual(whole, plaintext);
        assert.equal(messageHeader.frameLength, frameLength);
      }
    }
  });

  test("opens what others sealed: every suite, frames or one piece; and what a stream sealed", async (t) => {
    const { sealed, opened, plaintext } = await files(t, patternedBytes(5000));
    const readAll = envelopeOf(KEY, { commitmentPolicy: "require-encrypt-allow-decrypt" });
    const messages = [["a stream", await throughStream(plaintext, envelope.encryptStream({ frameLength: 500 }), [300])]];
    for (const { id } of SUITES) {
      messages.push([suiteLabel(id), await awsSeal(awsRawAes(KEY), plaintext, { suiteId: id, frameLength: 512 })]);
      messages.push([`${suiteLabel(id)} whole`, await awsSealNonFramed(awsRawAes(KEY), plaintext, { suiteId: id })]);
    }
    for (const [name, message] of messages) {
      await writeFile(sealed, message);
      await openFile(readAll, sealed, opened);
      assert.deepEqual(await bytesOf(opened), plaintext, name);
    }
  });

  test("take URLs, and tell how far they are", async (t) => {
    const { plain, sealed, opened } = await files(t, patternedBytes(3 * MiB));
    const seen = [];
    const onProgress = ({ bytesProcessed }) => seen.push(bytesProcessed);
    await sealFile(envelope, pathToFileURL(plain), pathToFileURL(sealed), { onProgress });
    assert.equal(seen.at(-1), 3 * MiB);
    assert.ok(seen.length >= 3 && seen.every((bytes, index) => index === 0 || bytes >= seen[index - 1]));
    seen.length = 0;
    await openFile(envelope, pathToFileURL(sealed), pathToFileURL(opened), { onProgress });
    assert.equal(seen.at(-1), (await stat(sealed)).size);
  });

  test("wait for the disk where they replace a file, or are told to", async (t) => {
    const { plain, sealed, opened } = await files(t);
    const handle = await open(plain);
    const methods = Object.getPrototypeOf(handle);
    await handle.close();
    const sync = t.mock.method(methods, "sync");
    const count = () => sync.mock.callCount();
    await sealFile(envelope, plain, sealed);
    await openFile(envelope, sealed, opened);
    assert.equal(count(), 0, "new files");
    // The file and its folder, which has its name.
    await sealFile(envelope, plain, sealed);
    assert.equal(count(), 2);
    await openFile(envelope, sealed, opened);
    assert.equal(count(), 4);
    await sealFile(envelope, plain, sealed, { flush: false });
    await openFile(envelope, sealed, opened, { flush: false });
    assert.equal(count(), 4);
    await sealFile(envelope, plain, `${sealed}-2`, { flush: true });
    assert.equal(count(), 6);
    await assert.rejects(sealFile(envelope, plain, sealed, { flush: "yes" }), { code: "InvalidArgument", message: /flush/ });
    await assert.rejects(openFile(envelope, sealed, opened, { flush: 1 }), { code: "InvalidArgument", message: /flush/ });
  });

  test("may have one name for both, follow links, and keep a file's mode", async (t) => {
    const { folder, plain, plaintext } = await files(t);
    await chmod(plain, 0o640);
    const name = join(folder, "link");
    await symlink(plain, name);
    await sealFile(envelope, name, name);
    assert.ok((await lstat(name)).isSymbolicLink());
    assert.equal((await stat(plain)).mode & 0o777, 0o640);
    assert.deepEqual((await envelope.decrypt(await bytesOf(plain))).plaintext, plaintext);
    await openFile(envelope, plain, plain);
    assert.deepEqual(await bytesOf(plain), plaintext);
    assert.deepEqual((await readdir(folder)).sort(), ["link", "plain"]);
  });

  test("read from a pipe what has no size", { skip: process.platform === "win32" }, async (t) => {
    const { folder, plain, sealed, plaintext } = await files(t);
    const pipe = join(folder, "pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    const cat = spawn("sh", ["-c", 'exec cat "$1" > "$2"', "sh", plain, pipe]);
    const exit = once(cat, "exit");
    await sealFile(envelope, pipe, sealed);
    await exit;
    assert.deepEqual((await envelope.decrypt(await bytesOf(sealed))).plaintext, plaintext);
  });
});

describe("the file that is written", () => {
  const TAKEN = /is there already \(EEXIST\)/;

  test("replaces nothing where that is not wanted, be it a file, a link to nowhere or one made meanwhile", async (t) => {
    const { folder, plain, sealed, opened } = await files(t, patternedBytes(2 * MiB));
    const refused = async (work) => {
      const { message, cause } = await rejectsWithCode(work, "FileFailed");
      assert.equal(cause.code, "EEXIST");
      assert.match(message, /EEXIST/);
      return message;
    };
    await sealFile(envelope, plain, sealed, { overwrite: false });
    const message = await bytesOf(sealed);
    assert.match(await refused(sealFile(envelope, plain, sealed, { overwrite: false })), TAKEN);
    await openFile(envelope, sealed, opened, { overwrite: false });
    assert.match(await refused(openFile(envelope, sealed, opened, { overwrite: false })), TAKEN);
    const nowhere = join(folder, "nowhere");
    await symlink(join(folder, "missing"), nowhere);
    await refused(sealFile(envelope, plain, nowhere, { overwrite: false }));
    // Whoever makes the file while the work goes on keeps it.
    const late = join(folder, "late");
    const onProgress = () => writeFileSync(late, "somebody else's");
    await refused(sealFile(envelope, plain, late, { overwrite: false, onProgress }));
    assert.equal(await readFile(late, "utf8"), "somebody else's");
    assert.deepEqual(await bytesOf(sealed), message);
    assert.deepEqual((await readdir(folder)).sort(), ["late", "nowhere", "opened", "plain", "sealed"]);
  });

  test("has the permissions of any new file, or those of the other if that is wanted", { skip: process.platform === "win32" }, async (t) => {
    const { folder, plain, sealed, opened } = await files(t);
    const modeOf = async (path) => (await stat(path)).mode & 0o7777;
    await writeFile(join(folder, "new"), "");
    const usual = await modeOf(join(folder, "new"));
    await chmod(plain, 0o4750);
    await sealFile(envelope, plain, sealed);
    assert.equal(await modeOf(sealed), usual);
    await sealFile(envelope, plain, `${sealed}2`, { keepMode: true });
    assert.equal(await modeOf(`${sealed}2`), 0o750, "and nothing that lets it run as somebody else");
    await chmod(`${sealed}2`, 0o600);
    await openFile(envelope, `${sealed}2`, opened, { keepMode: true });
    assert.equal(await modeOf(opened), 0o600);
    await sealFile(envelope, plain, opened, { keepMode: true });
    assert.equal(await modeOf(opened), 0o600, "one that was there keeps its own");
  });

  test("leaves nothing behind when the process exits in the middle", async (t) => {
    const { folder, plain, sealed } = await files(t, patternedBytes(8 * MiB));
    const program = `
      import { Envelope, rawAesKeyring, sealFile } from "edgekms";
      const keyring = rawAesKeyring({ namespace: "n", name: "n", wrappingKey: new Uint8Array(32) });
      const onProgress = () => process.exit(3);
      await sealFile(new Envelope({ keyring }), ...process.argv.slice(-2), { onProgress });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program, plain, sealed], { cwd: import.meta.dirname });
    assert.deepEqual(await once(child, "exit"), [3, null]);
    assert.deepEqual(await readdir(folder), ["plain"]);
  });
});

describe("a file that does not come whole does not come", () => {
  /** What has the final name stays, and nothing is left beside it. */
  async function leavesNothing(t, work, code) {
    const place = await files(t);
    await writeFile(place.opened, "what was there before");
    const error = await rejectsWithCode(work(place), code);
    assert.equal(await readFile(place.opened, "utf8"), "what was there before");
    assert.ok((await readdir(place.folder)).every((name) => !name.endsWith(".tmp")), "nothing beside it");
    return error;
  }

  test("a changed last frame, a wrong signature, bytes after the end", async (t) => {
    const change = (at, suite) => async ({ sealed, opened, plaintext }) => {
      const message = await envelope.encrypt(plaintext, { suite });
      message[message.length + at] ^= 1;
      await writeFile(sealed, message);
      await openFile(envelope, sealed, opened);
    };
    await leavesNothing(t, change(-20, 0x0478), "FrameNotAuthentic");
    await leavesNothing(t, change(-1, 0x0578), "SignatureNotValid");
    await leavesNothing(t, async ({ sealed, opened, plaintext }) => {
      await writeFile(sealed, concatBytes([await envelope.encrypt(plaintext), new Uint8Array(1)]));
      await openFile(envelope, sealed, opened);
    }, "TrailingBytes");
  });

  test("a message cut anywhere", async (t) => {
    const { folder, sealed, opened } = await files(t);
    for (const suite of [0x0478, 0x0578]) {
      const message = await envelope.encrypt(patternedBytes(300), { frameLength: 100, suite });
      for (let length = 0; length < message.length; length += 5) {
        await writeFile(sealed, message.slice(0, length));
        await rejectsWithCode(openFile(envelope, sealed, opened), "TruncatedMessage", `${length}`);
      }
    }
    assert.deepEqual((await readdir(folder)).sort(), ["plain", "sealed"]);
  });

  test("frames swapped", async (t) => {
    await leavesNothing(t, async ({ sealed, opened, plaintext }) => {
      const { header, frames } = cut(await envelope.encrypt(plaintext, { frameLength: 10_000 }));
      const [first, second, ...rest] = frames;
      await writeFile(sealed, concatBytes([header, second, first, ...rest]));
      await openFile(envelope, sealed, opened);
    }, "FrameOutOfOrder");
  });

  test("an abort, at once or half-way", async (t) => {
    const reason = new Error("enough");
    const { folder, plain, sealed } = await files(t, patternedBytes(8 * MiB));
    await assert.rejects(sealFile(envelope, plain, sealed, { signal: AbortSignal.abort(reason) }), reason);
    const abort = new AbortController();
    const onProgress = ({ bytesProcessed }) => bytesProcessed > 2 * MiB && abort.abort(reason);
    await assert.rejects(sealFile(envelope, plain, sealed, { signal: abort.signal, onProgress }), reason);
    assert.deepEqual(await readdir(folder), ["plain"]);
  });

  test("a failure of the caller's onProgress", async (t) => {
    const { folder, plain, sealed } = await files(t);
    const onProgress = () => {
      throw new Error("his own");
    };
    await assert.rejects(sealFile(envelope, plain, sealed, { onProgress }), /his own/);
    assert.deepEqual(await readdir(folder), ["plain"]);
  });

  test("a key that cannot be had", async (t) => {
    await leavesNothing(t, async ({ sealed, opened, plaintext }) => {
      await writeFile(sealed, await envelopeOf(NEW).encrypt(plaintext));
      await openFile(envelope, sealed, opened);
    }, "NoDataKey");
  });

  test("a process that is killed leaves nothing under the final name", async (t) => {
    const { folder, plain, sealed } = await files(t);
    await (await open(plain, "r+")).truncate(2 ** 31).catch(() => {});
    const script = `
      import { Envelope, rawAesKeyring, sealFile } from ${JSON.stringify(import.meta.resolve("edgekms"))};
      const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
      const onProgress = ({ bytesProcessed }) => bytesProcessed > 50_000_000 && process.kill(process.pid, "SIGKILL");
      await sealFile(new Envelope({ keyring }), ${JSON.stringify(plain)}, ${JSON.stringify(sealed)}, { onProgress });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: import.meta.dirname });
    const [, signal] = await once(child, "exit");
    assert.equal(signal, "SIGKILL");
    const left = (await readdir(folder)).filter((name) => name !== "plain");
    assert.equal(left.length, 1);
    assert.match(left[0], /^\.edgekms-[0-9a-f]{16}\.tmp$/);
    assert.equal((await stat(join(folder, left[0]))).mode & 0o777, 0o600);
  });
});

describe("files that cannot be used are named, with the system's code", () => {
  test("missing, not allowed to be made, a folder, no file", async (t) => {
    const { folder, plain, sealed } = await files(t);
    const missing = join(folder, "missing");
    const cases = [
      [() => sealFile(envelope, missing, sealed), "FileFailed", /missing \(ENOENT\)/],
      [() => openFile(envelope, missing, sealed), "FileFailed", /missing \(ENOENT\)/],
      [() => rewrapFile(envelope, missing, { to: rawAesKeyring(NEW) }), "FileFailed", /missing \(ENOENT\)/],
      [() => sealFile(envelope, plain, join(missing, "x")), "FileFailed", /ENOENT/],
      [() => sealFile(envelope, folder, sealed), "FileFailed", /EISDIR/],
      [() => sealFile(envelope, plain, folder), "InvalidArgument", /not a file/],
      [() => sealFile(envelope, plain, "/dev/null"), "InvalidArgument", /not a file/],
      [() => sealFile(envelope, "", sealed), "InvalidArgument", /path/],
      [() => sealFile(envelope, plain, 5), "InvalidArgument", /path/],
      [() => sealFile(envelope, new URL("https://example.org/x"), sealed), "InvalidArgument", /path/],
      [() => sealFile({}, plain, sealed), "InvalidArgument", /Envelope/],
    ];
    for (const [work, code, text] of cases) {
      const error = await rejectsWithCode(work(), code);
      assert.match(error.message, text);
      if (code === "FileFailed") assert.ok(error.cause instanceof Error);
    }
    assert.deepEqual(await readdir(folder), ["plain"]);
  });
});

describe("rewrapFile", () => {
  async function sealedFile(t) {
    const place = await files(t, patternedBytes(3 * MiB));
    await sealFile(envelope, place.plain, place.sealed);
    return place;
  }

  test("changes the header in place where it stays as long, and touches nothing else", async (t) => {
    const { folder, sealed, plaintext } = await sealedFile(t);
    const second = join(folder, "second name");
    await link(sealed, second);
    const before = await bytesOf(sealed);
    const { headerLength } = await inspect(before);
    const { inPlace } = await rewrapFile(envelope, sealed, { to: rawAesKeyring(NEW) });
    assert.equal(inPlace, true);
    const after = await bytesOf(second);
    assert.deepEqual(after.slice(headerLength), before.slice(headerLength));
    assert.deepEqual((await envelopeOf(NEW).decrypt(after)).plaintext, plaintext);
    assert.deepEqual((await readdir(folder)).sort(), ["plain", "sealed", "second name"]);
  });

  test("writes aside and renames where it does not, or where that is asked for", async (t) => {
    const { folder, sealed, plaintext } = await sealedFile(t);
    await chmod(sealed, 0o640);
    const { ino } = await stat(sealed);
    assert.equal((await rewrapFile(envelope, sealed, { to: rawAesKeyring(LONGER) })).inPlace, false);
    assert.equal((await stat(sealed)).mode & 0o777, 0o640);
    assert.notEqual((await stat(sealed)).ino, ino);
    assert.deepEqual((await envelopeOf(LONGER).decrypt(await bytesOf(sealed))).plaintext, plaintext);
    const again = await rewrapFile(envelopeOf(LONGER), sealed, { to: rawAesKeyring(LONGER), inPlace: false });
    assert.equal(again.inPlace, false);
    const added = await rewrapFile(envelopeOf(LONGER), sealed, { add: rawAesKeyring(NEW) });
    assert.equal(added.inPlace, false);
    for (const key of [LONGER, NEW]) {
      assert.deepEqual((await envelopeOf(key).decrypt(await bytesOf(sealed))).plaintext, plaintext);
    }
    assert.deepEqual((await readdir(folder)).sort(), ["plain", "sealed"]);
  });

  test("writes to another file where that is asked for, and leaves the one that it reads", async (t) => {
    const { folder, sealed, opened, plaintext } = await sealedFile(t);
    const out = join(folder, "out");
    await chmod(sealed, 0o440);
    const before = await bytesOf(sealed);
    for (const key of [NEW, LONGER]) {
      const options = { to: rawAesKeyring(key), out, keepMode: true };
      assert.deepEqual(await rewrapFile(envelope, sealed, options), { inPlace: false });
      assert.deepEqual((await envelopeOf(key).decrypt(await bytesOf(out))).plaintext, plaintext);
      assert.equal((await stat(out)).mode & 0o777, 0o440);
      await rejectsWithCode(rewrapFile(envelope, sealed, { ...options, overwrite: false }), "FileFailed");
    }
    assert.deepEqual(await bytesOf(sealed), before);
    await writeFile(opened, before.slice(0, -1));
    await rejectsWithCode(rewrapFile(envelope, opened, { to: rawAesKeyring(NEW), out }), "TruncatedMessage");
    await writeFile(join(folder, ".sealed.edgekms-header"), before.slice(0, 100));
    const { message } = await rejectsWithCode(rewrapFile(envelope, sealed, { to: rawAesKeyring(NEW), out }), "FileFailed");
    assert.match(message, /interrupted/);
  });

  test("finds a half-written header and puts the old one back", async (t) => {
    const { folder, sealed, plaintext } = await sealedFile(t);
    const message = await bytesOf(sealed);
    const { headerLength } = await inspect(message);
    // What a power failure leaves: the old header beside, and half of a new one.
    await writeFile(join(folder, ".sealed.edgekms-header"), message.slice(0, headerLength));
    const torn = message.slice();
    torn.fill(0x55, 60, headerLength - 5);
    await writeFile(sealed, torn);
    await rewrapFile(envelope, sealed, { to: rawAesKeyring(NEW) });
    assert.deepEqual((await envelopeOf(NEW).decrypt(await bytesOf(sealed))).plaintext, plaintext);
    assert.deepEqual((await readdir(folder)).sort(), ["plain", "sealed"]);
  });

  test("does not put back a header of another message", async (t) => {
    const { folder, sealed, plaintext } = await sealedFile(t);
    const other = await envelope.encrypt("another");
    const { headerLength } = await inspect(other);
    const kept = join(folder, ".sealed.edgekms-header");
    await writeFile(kept, other.slice(0, headerLength));
    const error = await rejectsWithCode(rewrapFile(envelope, sealed, { to: rawAesKeyring(NEW) }), "FileFailed");
    assert.match(error.message, /edgekms-header/);
    assert.deepEqual((await envelope.decrypt(await bytesOf(sealed))).plaintext, plaintext);
  });

  test("refuses what rewrap refuses, and leaves the file as it is", async (t) => {
    const { folder, plain, sealed } = await sealedFile(t);
    const whole = await bytesOf(sealed);
    await rejectsWithCode(rewrapFile(envelopeOf(NEW), sealed, { to: rawAesKeyring(NEW) }), "NoDataKey");
    await rejectsWithCode(rewrapFile(envelope, sealed, {}), "InvalidArgument");
    assert.deepEqual(await bytesOf(sealed), whole);
    await writeFile(sealed, whole.slice(0, -1));
    await rejectsWithCode(rewrapFile(envelope, sealed, { to: rawAesKeyring(NEW) }), "TruncatedMessage");
    await sealFile(envelope, plain, sealed, { suite: 0x0578 });
    await rejectsWithCode(rewrapFile(envelope, sealed, { to: rawAesKeyring(NEW) }), "SignedMessage");
    await mkdir(join(folder, "folder"));
    const folderFailed = rewrapFile(envelope, join(folder, "folder"), { to: rawAesKeyring(NEW) });
    await rejectsWithCode(folderFailed, "FileFailed");
  });
});
