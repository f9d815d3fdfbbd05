// SPDX-License-Identifier: Apache-2.0

/** A built folder in real headless Chromium. */

import { startChromium } from "../../../demo/lib/chromium.mjs";
import { servePage } from "../../../demo/lib/page-server.mjs";

/** Serves the folder, opens its index page, and gives what its script put into `outcome`. */
export async function outcomeOf(folder) {
  const server = await servePage(folder);
  try {
    return await outcomeAt(server.origin);
  } finally {
    await server.stop();
  }
}

/** The same of a page that is served already. */
export async function outcomeAt(origin) {
  const browser = await startChromium();
  try {
    const complaints = [];
    browser.page.on("pageerror", (error) => complaints.push(String(error)));
    browser.page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    await browser.page.goto(`${origin}/`);
    const waiting = browser.page.waitForFunction(() => "outcome" in globalThis, undefined, { timeout: 15_000 });
    await waiting.catch(() => {
      throw new Error(`the page's script did not run: ${complaints.join("; ")}`);
    });
    return await browser.page.evaluate(() =>
      globalThis.outcome.catch((error) => ({ failed: String(error), code: error.code, cause: String(error.cause) })),
    );
  } finally {
    await browser.stop();
  }
}
