// SPDX-License-Identifier: Apache-2.0

/** A built folder in a real browser. */

import { servePage } from "../../../demo/lib/page-server.mjs";
import { inChromium } from "./browsers.mjs";

/**
 * Serves the folder, opens its index page, and gives what its script put into `outcome`.
 *
 * @param {string} folder
 * @param {(url: string) => Promise<unknown>} [browse] one of browsers.mjs
 * @param {Record<string, string>} [headers] sent with every file
 */
export async function outcomeOf(folder, browse = inChromium, headers = {}) {
  const server = await servePage(folder, headers);
  try {
    return await browse(`${server.origin}/`);
  } finally {
    await server.stop();
  }
}
