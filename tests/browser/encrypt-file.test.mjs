// SPDX-License-Identifier: Apache-2.0

/**
 * End to end through `examples/browser-encrypt-file` in headless Chromium: the page as its user
 * sees it, a worker on loopback, and Node on the other side of every message.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { Envelope } from "edgekms";

import { FilePage } from "../../demo/lib/page.mjs";
import { edgekmsClient } from "../lib/clients.mjs";
import { startFilePage } from "../lib/file-page.mjs";

const CONTEXT = { album: "42", "gr\u00f6\u00dfe": "\u{1F4F7}" };

describe("the page of browser-encrypt-file", () => {
  let session;
  let page;
  let tab;
  let kms;
  let keyId;
  let envelope;
  let folder;
  let problems;

  before(async () => {
    session = await startFilePage();
    ({ page, tab } = session);
    kms = edgekmsClient(session.worker);
    ({ keyId } = (await kms.createKey({})).keyMetadata);
    await kms.createAlias({ keyId, aliasName: "alias/browser" });
    envelope = new Envelope({ keyring: kms.keyring(keyId) });
    folder = await mkdtemp(join(tmpdir(), "edgekms-test-"));
    tab.on("pageerror", (error) => problems.push(error.message));
    tab.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) problems.push(message.text());
    });
  });
  after(async () => {
    await session?.stop();
    if (folder) await rm(folder, { recursive: true });
  });
  const open = (options) =>
    page.open(session.origin, { ...session.worker, endpoint: session.worker.address, keyId: "alias/browser", ...options });
  beforeEach(async () => {
    problems = [];
    await open();
  });

  /** Writes a file to choose. */
  async function file(name, bytes) {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  async function downloaded() {
    const path = join(folder, "downloaded");
    await page.download(path);
    return readFile(path);
  }

  async function sealedBy(plaintext, options) {
    return Buffer.from(await envelope.encrypt(plaintext, options));
  }

  async function refused(path, code) {
    await page.choose(path);
    const result = await page.run();
    assert.match(result.code ?? `none: ${result.title}`, code);
    assert.equal(await tab.getByTestId("done").isVisible(), false);
    return result;
  }

  for (const [name, length] of [
    ["an empty file", 0],
    ["a file of one frame", 65_536],
    ["a file of many frames and a rest", 5 * 1024 * 1024 + 3],
  ]) {
    test(`${name} sealed in the page opens in Node`, async () => {
      const plaintext = randomBytes(length);
      await page.context(CONTEXT);
      assert.equal(await page.choose(await file("plain", plaintext)), false);
      assert.equal((await page.run()).title, "Sealed: plain.sealed");
      const opened = await envelope.decrypt(await downloaded(), { encryptionContext: CONTEXT });
      assert.ok(plaintext.equals(opened.plaintext));
      assert.deepEqual(problems, []);
    });

    test(`${name} sealed in Node opens in the page`, async () => {
      const plaintext = randomBytes(length);
      await page.context(CONTEXT);
      const path = await file("photo.jpg.sealed", await sealedBy(plaintext, { encryptionContext: CONTEXT }));
      assert.equal(await page.choose(path), true);
      assert.equal((await page.run()).title, "Opened: photo.jpg");
      assert.ok(plaintext.equals(await downloaded()));
      assert.deepEqual(problems, []);
    });
  }

  test("a signed message opens in the page", async () => {
    const plaintext = randomBytes(200_000);
    await page.choose(await file("signed.sealed", await sealedBy(plaintext, { suite: 0x0578 })));
    assert.match(await page.header(), /signed/);
    await page.run();
    assert.ok(plaintext.equals(await downloaded()));
  });

  test("a file sealed in the page opens again in the page", async () => {
    const plaintext = randomBytes(100_000);
    await page.choose(await file("again.bin", plaintext));
    await page.run();
    await tab.getByTestId("again").click();
    await tab.getByTestId("header-view").waitFor();
    assert.equal((await page.run()).title, "Opened: again.bin");
    assert.ok(plaintext.equals(await downloaded()));
  });

  test("a dropped file is chosen", async () => {
    await tab.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["dropped"], "dropped.txt"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    });
    await tab.getByTestId("file-name").waitFor();
    assert.equal(await tab.getByTestId("file-name").textContent(), "dropped.txt");
    await page.run();
    assert.equal(Buffer.from((await envelope.decrypt(await downloaded())).plaintext).toString(), "dropped");
  });

  test("a result can go straight to a file that the user picks", async () => {
    await open({ output: "disk" });
    // The window to pick a file is the desktop's; what it gives back is a handle like this one.
    await tab.evaluate(() => {
      globalThis.showSaveFilePicker = async ({ suggestedName }) =>
        (await navigator.storage.getDirectory()).getFileHandle(`picked-${suggestedName}`, { create: true });
    });
    const plaintext = randomBytes(150_000);
    await page.choose(await file("direct.bin", plaintext));
    await page.run();
    assert.equal(await tab.getByTestId("download").isVisible(), false, "there is nothing left to download");
    const written = await tab.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      const picked = await (await folder.getFileHandle("picked-direct.bin.sealed")).getFile();
      return Array.from(new Uint8Array(await picked.arrayBuffer()));
    });
    assert.ok(plaintext.equals((await envelope.decrypt(Uint8Array.from(written))).plaintext));
  });

  test("a file picker that is closed again is no error", async () => {
    await open({ output: "disk" });
    await tab.evaluate(() => {
      globalThis.showSaveFilePicker = () => Promise.reject(new DOMException("closed", "AbortError"));
    });
    await page.choose(await file("closed.bin", randomBytes(10)));
    await tab.getByTestId("run").click();
    await tab.waitForFunction(() => !document.getElementById("run").disabled);
    assert.equal(await tab.getByTestId("failed").isVisible(), false);
    assert.equal(await tab.getByTestId("done").isVisible(), false);
  });

  test("a browser with no files of its own keeps the result in memory", async () => {
    const other = await session.chromium.context.newPage();
    try {
      await other.addInitScript(() => {
        delete FileSystemFileHandle.prototype.createWritable;
        delete globalThis.showSaveFilePicker;
      });
      const plain = new FilePage(other);
      const settings = { ...session.worker, endpoint: session.worker.address, keyId: "alias/browser", output: "memory" };
      await plain.open(session.origin, settings);
      const plaintext = randomBytes(3_000_000);
      await plain.choose(await file("memory.bin", plaintext));
      assert.equal((await plain.run()).title, "Sealed: memory.bin.sealed");
      const path = join(folder, "from-memory");
      await plain.download(path);
      assert.ok(plaintext.equals((await envelope.decrypt(await readFile(path))).plaintext));
    } finally {
      await other.close();
    }
  });

  test("the header is shown without a key, and as text", async () => {
    const context = { album: "42", html: "<img src=x onerror=alert(1)>" };
    await page.choose(await file("header.sealed", await sealedBy("x", { encryptionContext: context })));
    const shown = await page.header();
    assert.match(shown, /0x0478/);
    assert.match(shown, /bound to one key/);
    assert.ok(shown.includes(keyId), "the key's ARN is shown");
    assert.match(shown, /album = 42/);
    assert.ok(shown.includes(`html = ${context.html}`));
    assert.equal(await tab.locator("#header-facts img").count(), 0);
  });

  test("a changed byte is refused in plain words", async () => {
    const message = await sealedBy(randomBytes(300_000));
    message[message.length - 100_000] ^= 1;
    const { title } = await refused(await file("changed.sealed", message), /^FrameNotAuthentic$/);
    assert.equal(title, "This file was changed");
  });

  test("a file cut short is refused", async () => {
    const message = await sealedBy(randomBytes(300_000));
    const { title } = await refused(await file("cut.sealed", message.subarray(0, 200_000)), /^TruncatedMessage$/);
    assert.equal(title, "This file is incomplete");
  });

  test("bytes after the end are refused", async () => {
    const message = Buffer.concat([await sealedBy("x"), Buffer.from([0])]);
    await refused(await file("longer.sealed", message), /^TrailingBytes$/);
  });

  test("a pair that it was not sealed with is refused", async () => {
    const path = await file("context.sealed", await sealedBy("x", { encryptionContext: { album: "42" } }));
    await page.context({ album: "43" });
    await refused(path, /^ContextMismatch$/);
  });

  test("another key is refused", async () => {
    const other = (await kms.createKey({})).keyMetadata.keyId;
    const message = await new Envelope({ keyring: kms.keyring(other) }).encrypt("x");
    const { title } = await refused(await file("other.sealed", message), /^NoDataKey$/);
    assert.equal(title, "This key cannot open the file");
  });

  test("a wrong secret is named", async () => {
    await tab.getByTestId("access-key-secret").fill("not the secret");
    const { title } = await refused(await file("secret.sealed", await sealedBy("x")), /SignatureDoesNotMatch/);
    assert.equal(title, "The access key secret is wrong");
  });

  test("a KMS that is not there is named", async () => {
    await tab.getByTestId("endpoint").fill("http://127.0.0.1:9");
    const { title } = await refused(await file("nowhere.sealed", await sealedBy("x")), /NetworkFault/);
    assert.equal(title, "The KMS cannot be reached");
  });

  test("cancelling stops the work and keeps nothing", async () => {
    await page.choose(await file("large.bin", Buffer.alloc(256 << 20)));
    await tab.getByTestId("run").click();
    await tab.getByTestId("cancel").click();
    await tab.getByTestId("failed").waitFor();
    assert.equal(await tab.getByTestId("failed-title").textContent(), "Stopped");
    assert.equal(await tab.getByTestId("run").isEnabled(), true);
  });

  test("a missing key is asked for before anything is done", async () => {
    await tab.getByTestId("key-id").fill("");
    await page.choose(await file("nokey.bin", randomBytes(10)));
    await tab.getByTestId("run").click();
    assert.equal(await tab.evaluate(() => document.activeElement.id), "key-id");
    assert.equal(await tab.getByTestId("done").isVisible(), false);
  });

  test("secrets are not kept for the next visit", async () => {
    await page.choose(await file("kept.bin", randomBytes(10)));
    await page.run();
    const stored = await tab.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    const { accessKeyId, accessKeySecret } = session.worker.credentials;
    assert.ok(stored.includes("alias/browser"), "the harmless part is kept");
    assert.ok(!stored.includes(accessKeySecret) && !stored.includes(accessKeyId));
    await tab.reload();
    assert.equal(await tab.getByTestId("access-key-secret").inputValue(), "");
  });

  test("every control has a name, and results are spoken", async () => {
    const nameless = await tab.evaluate(() =>
      [...document.querySelectorAll("input, select, button, progress, a")]
        .filter((control) => !control.closest("[hidden]"))
        .filter((control) => !(control.labels?.length || control.textContent.trim() || control.ariaLabel))
        .map((control) => control.id),
    );
    assert.deepEqual(nameless, []);
    await page.choose(await file("spoken.bin", randomBytes(10)));
    await page.run();
    assert.match(await tab.getByTestId("spoken").textContent(), /^Sealed\./);
    assert.equal(await tab.evaluate(() => document.activeElement.id), "done");
  });

  test("a disabled key is refused with the server's code", async () => {
    const path = await file("disabled.sealed", await sealedBy("x"));
    await kms.disableKey({ keyId });
    // With STATE_CONSISTENCY=strict the last stale copy is gone after 5 s.
    for (const deadline = Date.now() + 6_000; Date.now() < deadline; ) {
      await page.choose(path);
      const { code, title } = await page.run();
      if (!code) continue;
      assert.match(code, /Rejected\.Disabled/);
      assert.equal(title, "The key is disabled");
      return;
    }
    assert.fail("the key still worked 6 s after it was disabled");
  });
});

describe("a worker that does not allow the page", () => {
  test("is out of reach for it", async () => {
    const session = await startFilePage();
    try {
      const { page, tab, worker } = session;
      // The same page under another name: `localhost` is another origin than `127.0.0.1`.
      await page.open(session.origin.replace("127.0.0.1", "localhost"), {
        ...worker,
        endpoint: worker.address,
        keyId: "alias/any",
      });
      await tab.getByTestId("file").setInputFiles({ name: "a", mimeType: "text/plain", buffer: Buffer.from("a") });
      const { code } = await page.run();
      assert.match(code, /NetworkFault/);
    } finally {
      await session.stop();
    }
  });
});
