// SPDX-License-Identifier: Apache-2.0

/** Next: a page, a route on Node and one on its edge runtime, by both of its bundlers. */

import { spawn } from "node:child_process";
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inChromium } from "../lib/browsers.mjs";
import { environment, output } from "../lib/project.mjs";
import { TOOLS, tool } from "../lib/tools.mjs";

const NEXT = tool("next/dist/bin/next");
const WEB = ["auto", "webcrypto", "wasm"];
const PARTS = [
  ["page", WEB, (origin) => inChromium(`${origin}/`)],
  ["route on Node", ["auto", "node", "webcrypto", "wasm"], (origin) => answer(`${origin}/route`)],
  ["route on the edge runtime", WEB, (origin, edge) => answer(`${origin}/${edge}`)],
];

/** By webpack Next 16.4 builds no route in `app` for its edge runtime, not even an empty one. */
const EDGE = { turbopack: "edge", webpack: "api/edge" };
const FOLDERS = { turbopack: ["app", "app/route", "app/edge"], webpack: ["app", "app/route", "pages/api"] };

async function answer(url) {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 2000)}`);
  return JSON.parse(text);
}

/** The site, built once for all of its parts. */
async function build({ folder: root }, bundler) {
  const site = join(root, `next-${bundler}`);
  await mkdir(site);
  for (const folder of FOLDERS[bundler]) {
    await mkdir(join(site, folder), { recursive: true });
    const files = (await readdir(join(root, "next", folder))).filter((name) => name.endsWith(".js"));
    for (const file of files) await cp(join(root, "next", folder, file), join(site, folder, file));
    await cp(join(root, "scenario.mjs"), join(site, folder, "scenario.mjs"));
  }
  await cp(join(root, "node_modules"), join(site, "node_modules"), { recursive: true });
  await writeFile(join(site, "package.json"), '{ "private": true, "type": "module" }');
  // Next itself lies above the site, among the tools.
  const config = { turbopack: { root: TOOLS }, outputFileTracingRoot: TOOLS };
  await writeFile(join(site, "next.config.mjs"), `export default ${JSON.stringify(config)};\n`);
  await output(site, process.execPath, NEXT, "build", `--${bundler}`);
  return site;
}

/** Serves the built site, gives its origin to `use`, and stops. */
async function served(site, use) {
  const parameters = [NEXT, "start", "--port", "0", "--hostname", "127.0.0.1"];
  const settings = { cwd: site, env: environment(), stdio: ["ignore", "pipe", "pipe"] };
  const child = spawn(process.execPath, parameters, settings);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    let said = "";
    const origin = await new Promise((resolve, reject) => {
      const look = (chunk) => {
        said += chunk;
        const found = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(said);
        if (found) resolve(found[0]);
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", look);
      ended.then((code) => reject(new Error(`next start ended with ${code}: ${said}`)));
    });
    return await use(origin).catch((error) => {
      throw new Error(`${error.message}\n${said}`, { cause: error });
    });
  } finally {
    child.kill();
    await ended;
  }
}

export const rows = ["turbopack", "webpack"].flatMap((bundler) => {
  let site;
  return PARTS.map(([how, engines, ask]) => ({
    runtime: `Next, ${bundler === "webpack" ? "webpack" : "Turbopack"}`,
    how,
    engines,
    run: async (project) => served(await (site ??= build(project, bundler)), (origin) => ask(origin, EDGE[bundler])),
  }));
});
