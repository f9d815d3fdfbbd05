// SPDX-License-Identifier: Apache-2.0
/** Turns of contenders in Chromium, each in a browser of its own. */
import { join } from "node:path";

import { startChromium } from "../../demo/lib/chromium.mjs";
import { processTree } from "../../demo/lib/memory.mjs";
import { servePage } from "../../demo/lib/page-server.mjs";
import { processorMillis } from "../lib/processor-time.mjs";
import { bundlePage } from "./bundle.mjs";

/**
 * @param {(thing: { stop(): Promise<void> }) => any} keep
 * @param {string} folder for the pages.
 * @returns {Promise<{ run: import("./compare.mjs").Runner, visit: Function, version(): string | undefined }>}
 */
export async function chromiumRunner(keep, folder) {
  const site = keep(await servePage(folder));
  const built = new Map();
  let version;
  const page = (name, code) => {
    if (!built.has(name)) built.set(name, bundlePage(join(folder, name), code));
    return built.get(name);
  };

  /** Opens a page in a fresh browser. */
  async function visit(name, code, action, watch = () => {}) {
    await page(name, code);
    const browser = keep(await startChromium());
    version ??= `Chromium ${browser.context.browser()?.version() ?? ""}`.trim();
    try {
      await watch(browser.page);
      await browser.page.goto(`${site.origin}/${name}/`);
      return await action(browser);
    } finally {
      await browser.stop();
    }
  }

  async function run(name, job) {
    const imports = `import * as contender from "./contenders/${name}.mjs"; import { serve } from "./page.mjs";`;
    const code = `${imports} serve(contender);`;
    return visit(name, code, async (browser) => {
      await browser.page.waitForFunction(() => globalThis.bench !== undefined);
      if (!(await browser.page.evaluate((job) => globalThis.bench.prepare(job), job))) return { missing: true };
      const turns = {};
      for (const direction of job.directions) turns[direction] = await timed(browser, direction, job);
      return turns;
    });
  }

  return { run, visit, version: () => version };
}

async function timed({ page, profile }, direction, job) {
  await page.evaluate(([direction, job]) => globalThis.bench.warm(direction, job), [direction, job]);
  const before = processorTimes(profile);
  const turn = await page.evaluate((job) => globalThis.bench.run(job), job);
  const cpuSeconds = spent(before, processorTimes(profile)) / 1000;
  return { ...turn, cpuSeconds };
}

/** Of all the browser's processes: a pool of threads in one of them does what `crypto.subtle` is asked. */
function processorTimes(profile) {
  const times = new Map();
  for (const pid of processTree(profile)) {
    try {
      times.set(pid, processorMillis(pid));
    } catch {
      // It ended while it was being looked at.
    }
  }
  return times;
}

function spent(before, after) {
  let sum = 0;
  for (const [pid, millis] of after) sum += millis - (before.get(pid) ?? 0);
  return sum;
}
