// SPDX-License-Identifier: Apache-2.0

/** The built browser example in real headless Chromium, beside a worker that allows it. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildPage } from "../../examples/browser-encrypt-file/build.mjs";
import { startChromium } from "../../demo/lib/chromium.mjs";
import { FilePage } from "../../demo/lib/page.mjs";
import { servePage } from "../../demo/lib/page-server.mjs";
import { startWorker } from "./worker.mjs";

/** A build of its own: another test may be building the page at the same time. */
async function builtPage() {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-page-"));
  const stop = () => rm(folder, { recursive: true, force: true });
  try {
    return { folder: await buildPage(folder), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @returns everything that a browser test needs, and `stop()`. */
export async function startFilePage() {
  const started = [];
  const keep = (thing) => {
    started.push(thing);
    return thing;
  };
  const stop = async () => {
    while (started.length > 0) await started.pop().stop();
  };
  try {
    const site = keep(await servePage(keep(await builtPage()).folder));
    const settings = { ALLOWED_ORIGINS: site.origin, STATE_CONSISTENCY: "strict" };
    const worker = keep(await startWorker({ settings }));
    const chromium = keep(await startChromium());
    return { origin: site.origin, worker, chromium, tab: chromium.page, page: new FilePage(chromium.page), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
