// SPDX-License-Identifier: Apache-2.0
/** Uses the browser example as a person would: fills the form, chooses a file, clicks, downloads. */

import { rename } from "node:fs/promises";

/** A large file takes a while; a page that stopped moving is told apart by its progress. */
const STALLED_MS = 30_000;

/** The page of `examples/browser-encrypt-file`, in a playwright page. */
export class FilePage {
  #page;

  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.#page = page;
  }

  /** Opens the page and says which key to use and how to reach it. */
  async open(origin, { endpoint, region, keyId, credentials, output = "private" }) {
    await this.#page.goto(origin);
    await this.#fill("key-id", keyId);
    await this.#fill("endpoint", endpoint);
    await this.#fill("region", region);
    await this.#fill("access-key-id", credentials.accessKeyId);
    await this.#fill("access-key-secret", credentials.accessKeySecret);
    // Not straight to a file: the window in which one chooses it is the desktop's, not the page's.
    await this.#at("output").selectOption(output);
  }

  /** Chooses a file; answers whether the page took it for a sealed one. */
  async choose(path) {
    if (await this.#at("clear").isVisible()) await this.#at("clear").click();
    await this.#at("file").setInputFiles(path);
    await this.#at("file-name").waitFor();
    return (await this.#at("file-kind").textContent()) === "Sealed file";
  }

  /** Writes the encryption context, in place of what is there. */
  async context(pairs) {
    const rows = this.#page.getByTestId("context-row");
    while ((await rows.count()) > 0) await rows.first().getByRole("button").click();
    for (const [name, value] of Object.entries(pairs)) {
      await this.#at("context-add").click();
      await rows.last().getByLabel("Context name").fill(name);
      await rows.last().getByLabel("Context value").fill(value);
    }
  }

  /**
   * Seals or opens the chosen file, whichever the page offers.
   *
   * @returns {Promise<{ title: string } | { code: string, title: string, text: string }>} with a
   *   `code` if the page showed an error.
   */
  async run() {
    await this.#at("run").click();
    await this.#settled();
    if (await this.#at("failed").isVisible()) {
      return {
        code: await this.#at("failed-code").textContent(),
        title: await this.#at("failed-title").textContent(),
        text: await this.#at("failed-text").textContent(),
      };
    }
    return { title: await this.#at("done-title").textContent() };
  }

  /** Downloads the result to `path`. */
  async download(path) {
    const started = this.#page.waitForEvent("download");
    await this.#at("download").click();
    const download = await started;
    const whole = await download.path();
    // Moved where it can be: copying 4 GiB takes a while.
    await rename(whole, path).catch(() => download.saveAs(path));
  }

  /** The rows of the header that the page shows, as text. */
  async header() {
    return this.#at("header-facts").innerText();
  }

  /** Waits until the page shows a result, for as long as its progress moves. */
  async #settled() {
    let last = "";
    let moved = Date.now();
    for (;;) {
      const shown = this.#page.locator("#done:visible, #failed:visible");
      const settled = await shown.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
      if (settled) return;
      const now = await this.#at("progress-text").textContent();
      if (now !== last) [last, moved] = [now, Date.now()];
      if (Date.now() - moved > STALLED_MS) throw new Error(`the page stopped at: ${now || "the start"}`);
    }
  }

  #at(id) {
    return this.#page.getByTestId(id);
  }

  async #fill(id, value) {
    await this.#at(id).fill(value);
  }
}
