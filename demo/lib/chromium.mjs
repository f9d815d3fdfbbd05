// SPDX-License-Identifier: Apache-2.0
/**
 * Real headless Chromium through playwright-core.
 *
 * The profile is a real folder on disk. In a private ("incognito") context the browser keeps a
 * page's files in memory, and a 4 GiB file would then be measured as 4 GiB of memory.
 */
import { existsSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { temporaryFolder } from "./temporary.mjs";

/** Nothing in the background and nothing over the network but what the page asks for. */
const FLAGS = [
  "--headless=new",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser to use: `EDGEKMS_CHROMIUM`, or the first one installed. */
function chromiumPath() {
  const asked = process.env.EDGEKMS_CHROMIUM;
  const path = asked ?? PLACES.find(existsSync);
  if (path && existsSync(path)) return path;
  throw new Error(
    asked
      ? `EDGEKMS_CHROMIUM names ${asked}, which does not exist.`
      : "Chromium was not found. Install it (Debian: apt-get install chromium), or set EDGEKMS_CHROMIUM to its path.",
  );
}

/**
 * Starts the browser with a profile of its own.
 *
 * @param {object} [options] playwright's options for a persistent context, such as `colorScheme`; `more` are
 *   further flags of the command line.
 * @returns `{ context, page, profile, stop() }`; `profile` names its processes to `watchMemory`.
 */
export async function startChromium({ more = [], ...options } = {}) {
  const profile = await temporaryFolder("edgekms-chromium-");
  // Chromium's own sandbox cannot start as root; containers and CI machines are root.
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  let context;
  let stopping;
  process.once("exit", () => rmSync(profile, { recursive: true, force: true }));
  const stop = () => {
    stopping ??= (async () => {
      await context?.close().catch(() => {});
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    })();
    return stopping;
  };
  try {
    context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath(),
      args: [...FLAGS, ...root, ...more],
      acceptDownloads: true,
      // Beside the profile: playwright's own choice may be a folder that is kept in memory.
      downloadsPath: join(profile, "downloads"),
      // The scripts that use this stop the browser themselves, in order.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      ...options,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const page = context.pages()[0] ?? (await context.newPage());
  return { context, page, profile, stop };
}
