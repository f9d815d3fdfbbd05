// SPDX-License-Identifier: Apache-2.0

/** The outcome of a page in each engine that browsers have. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { startChromium } from "../../../demo/lib/chromium.mjs";

/** A busy machine compiles WebAssembly slowly. */
const TIMEOUT_MS = 180_000;

/** What the page's script put into `outcome`; runs in the page. */
const settled = () =>
  Promise.resolve(globalThis.outcome).catch((error) => ({
    failed: String(error),
    code: error.code,
    cause: String(error.cause),
  }));

/** In Chromium, by Playwright. `hosts` are names that lead to this machine. */
export async function inChromium(url, { hosts = [] } = {}) {
  const rules = hosts.map((host) => `MAP ${host} 127.0.0.1`).join(",");
  const browser = await startChromium({ more: rules ? [`--host-resolver-rules=${rules}`] : [] });
  try {
    const complaints = [];
    browser.page.on("pageerror", (error) => complaints.push(String(error)));
    browser.page.on("console", (message) => complaints.push(message.text()));
    browser.page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    await browser.page.goto(url);
    const waiting = browser.page.waitForFunction(() => "outcome" in globalThis, undefined, { timeout: TIMEOUT_MS });
    await waiting.catch(() => {
      throw new Error(`the page's script did not run: ${complaints.join("; ")}`);
    });
    return await browser.page.evaluate(settled);
  } finally {
    await browser.stop();
  }
}

/** A busy machine starts Firefox in a minute. */
const PATIENT = { timeout: TIMEOUT_MS, protocolTimeout: 2 * TIMEOUT_MS };

/** In Firefox, by WebDriver BiDi, which it speaks itself. */
export async function inFirefox(url) {
  const { importTool } = await import("./tools.mjs");
  const { default: puppeteer } = await importTool("puppeteer-core");
  const executablePath = first("EDGEKMS_FIREFOX", ["/usr/bin/firefox-esr", "/usr/bin/firefox"]);
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, ...PATIENT });
  try {
    const page = await browser.newPage();
    await page.goto(url, { timeout: TIMEOUT_MS });
    await page.waitForFunction(() => "outcome" in globalThis, { timeout: TIMEOUT_MS });
    return await page.evaluate(settled);
  } finally {
    await browser.close();
  }
}

/** In WebKitGTK's own small browser, by its WebDriver, on a display that nobody sees. */
export async function inWebKit(url) {
  const display = await startDisplay();
  try {
    return await withWebDriver(display.name, async (call) => {
      const { sessionId } = await call("POST", "/session", { capabilities: {} });
      const session = `/session/${sessionId}`;
      await call("POST", `${session}/timeouts`, { script: TIMEOUT_MS });
      await call("POST", `${session}/url`, { url });
      const script = `const done = arguments[0];
        const settled = ${settled};
        const look = () => "outcome" in globalThis ? settled().then(done) : setTimeout(look, 50);
        look();`;
      const outcome = await call("POST", `${session}/execute/async`, { script, args: [] });
      await call("DELETE", session);
      return outcome;
    });
  } finally {
    await display.stop();
  }
}

/** Xvfb chooses a number that is free and says it. */
async function startDisplay() {
  const program = first("EDGEKMS_XVFB", ["/usr/bin/Xvfb"]);
  const stdio = ["ignore", "ignore", "ignore", "pipe"];
  const child = spawn(program, ["-displayfd", "3", "-nolisten", "tcp"], { stdio });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const name = await new Promise((resolve, reject) => {
    child.once("error", reject);
    ended.then((code) => reject(new Error(`Xvfb ended with ${code}`)));
    child.stdio[3].once("data", (number) => resolve(`:${String(number).trim()}`));
  });
  return { name, stop: () => (child.kill(), ended) };
}

async function withWebDriver(display, use) {
  const port = await freePort();
  const program = first("EDGEKMS_WEBKIT_DRIVER", ["/usr/bin/WebKitWebDriver"]);
  const env = { ...process.env, DISPLAY: display, WEBKIT_DISABLE_COMPOSITING_MODE: "1", GDK_BACKEND: "x11" };
  const child = spawn(program, ["--host=127.0.0.1", `--port=${port}`], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const call = async (method, path, body) => {
    const init = { method, body: body && JSON.stringify(body), headers: { "content-type": "application/json" } };
    const { value } = await (await fetch(`http://127.0.0.1:${port}${path}`, init)).json();
    if (value?.error) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  try {
    await answers(() => call("GET", "/status"));
    return await use(call);
  } finally {
    child.kill();
    await ended;
  }
}

/** Tries until it works, for ten seconds. */
async function answers(ask) {
  for (let left = 100; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function first(variable, places) {
  const found = process.env[variable] ?? places.find(existsSync);
  if (!found) throw new Error(`not installed: run \`cargo xtask test --only packaging\`, or set ${variable}`);
  return found;
}
