// SPDX-License-Identifier: Apache-2.0

/** The package as it is installed, served to the engines that browsers have. */

import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { servePage } from "../../../demo/lib/page-server.mjs";
import { inChromium, inFirefox, inWebKit } from "../lib/browsers.mjs";
import { outcomeOf } from "../lib/page.mjs";

const ENGINES = ["auto", "webcrypto", "wasm"];
const PACKAGE = "node_modules/edgekms";

/** No bundler: the package as it is, beside the page. */
async function unbundled(root, folder) {
  await cp(join(root, PACKAGE), join(folder, "edgekms"), { recursive: true });
  await cp(join(root, "scenario.mjs"), join(folder, "scenario.mjs"));
}

const importMap = async (root, folder) => {
  await unbundled(root, folder);
  await cp(join(root, "page.mjs"), join(folder, "page.mjs"));
  const map = { imports: { edgekms: "./edgekms/dist/entrypoints/browser.js" } };
  const html = await readFile(join(root, "index.html"), "utf8");
  const script = `<script type="importmap">${JSON.stringify(map)}</script>`;
  await writeFile(join(folder, "index.html"), html.replace("<script", `${script}<script`));
};

/** A policy allows no inline script, so no import map either: the module is named by its path. */
const byPath = async (root, folder, script) => {
  await unbundled(root, folder);
  const source = await readFile(join(root, script), "utf8");
  const path = "./edgekms/dist/entrypoints/browser.js";
  await writeFile(join(folder, "page.mjs"), source.replace('"edgekms"', JSON.stringify(path)));
};

const POLICY = {
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:",
};

/** Here a module is really not to be imported later; a bundle may have it all anyway. */
const serviceWorker = async (root, folder) => {
  await unbundled(root, folder);
  await cp(join(root, "with-service-worker.mjs"), join(folder, "page.mjs"));
  const source = await readFile(join(root, "service-worker.mjs"), "utf8");
  await writeFile(join(folder, "service-worker.mjs"), source.replace("edgekms/all", "./edgekms/dist/all.js"));
};

/** A folder that `prepare` fills, in each of the engines that browsers have. */
function inEach(how, prepare, headers) {
  return Object.entries({ Chromium: inChromium, Firefox: inFirefox, WebKitGTK: inWebKit }).map(([runtime, browse]) => {
    const run = async ({ folder: root }) => {
      const folder = join(root, "built", `${runtime} ${how}`.replace(/\W+/g, "-"));
      await mkdir(folder, { recursive: true });
      await cp(join(root, "index.html"), join(folder, "index.html"));
      await prepare(root, folder, "page.mjs");
      return outcomeOf(folder, browse, headers);
    };
    return { runtime, how, engines: ENGINES, run };
  });
}

/** Any name but this machine's own makes http insecure: then there is neither `crypto.subtle` nor `randomUUID`. */
const insecure = {
  runtime: "Chromium",
  how: "page on plain http, where `crypto.subtle` and `crypto.randomUUID` are missing",
  engines: ["auto", "wasm"],
  subtle: false,
  async run({ folder: root }) {
    const folder = join(root, "built", "insecure");
    await mkdir(folder, { recursive: true });
    await cp(join(root, "index.html"), join(folder, "index.html"));
    await byPath(root, folder, "insecure.mjs");
    const server = await servePage(folder);
    try {
      const { port } = new URL(server.origin);
      return await inChromium(`http://plain.example:${port}/`, { hosts: ["plain.example"] });
    } finally {
      await server.stop();
    }
  },
};

export const rows = [
  ...inEach("no bundler, import map", importMap),
  ...inEach("no bundler, Content-Security-Policy", byPath, POLICY),
  ...inEach("no bundler, service worker, `edgekms/all`", serviceWorker),
  insecure,
];
