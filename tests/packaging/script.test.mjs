// SPDX-License-Identifier: Apache-2.0

/** dist/edgekms.min.js in a page's own `<script type="module">`, under its hash and a Content-Security-Policy. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startChromium } from "../../demo/lib/chromium.mjs";
import { servePackage } from "../lib/package-site.mjs";
import { brotli } from "../lib/page-size.mjs";
import { integrityLine } from "../../release/integrity.mjs";

const DIST = new URL("../../pkg/dist/", import.meta.url);
const SCRIPT = "edgekms.min.js";
const EXTRA = "wasm/edgekms_extra_bg.wasm";
const API = "wasm/edgekms_api_bg.wasm";
const NONCE = "once";
/** No `connect-src`: what every page needs is in the one file. */
const STRICT = `default-src 'none'; script-src 'self' 'nonce-${NONCE}' 'wasm-unsafe-eval'`;
const CONNECTED = `${STRICT}; connect-src 'self'`;

/**
 * Seals with what is in the file, and with a password, for which the second module is fetched; asks a policy, for which
 * the third is.
 */
const program = (from) => `
  import { Envelope, explainPolicy, passwordKeyring, rawAesKeyring } from "${from}";
  const told = ({ code, message }) => ({ code, message });
  const whole = (keyring) => {
    const envelope = new Envelope({ keyring });
    return envelope.encryptText("x").then((message) => envelope.decryptText(message)).catch(told);
  };
  globalThis.seal = () => whole(rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) }));
  const request = { principal: "acs:ram::1111111111111111:root", permission: "kms:Decrypt", resource: "acs:kms:r:1111111111111111:key/k" };
  globalThis.ask = () => explainPolicy({ policies: [], request }).then(({ reason }) => reason, told);
  globalThis.lock = () => whole(passwordKeyring({ password: "correct horse battery staple" }));
`;

const integrity = JSON.parse(await readFile(new URL("integrity.json", DIST), "utf8"));
const map = { imports: { edgekms: `./${SCRIPT}` }, integrity: { [`./${SCRIPT}`]: integrity[SCRIPT] } };

/** Pages that name the hash, and one that names none. */
const PAGES = {
  "an import map": {
    html: `<script type="importmap" nonce="${NONCE}">${JSON.stringify(map)}</script><script type="module" src="page.mjs"></script>`,
    module: program("edgekms"),
  },
  "the script's own attribute": {
    html: `<script type="module" src="${SCRIPT}" integrity="${integrity[SCRIPT]}"></script><script type="module" src="page.mjs"></script>`,
    module: program(`./${SCRIPT}`),
  },
  "no hash": { html: `<script type="module" src="page.mjs"></script>`, module: program(`./${SCRIPT}`) },
};

const readme = await readFile(new URL("../README.md", DIST), "utf8");

let chromium;
before(async () => (chromium = await startChromium()));
after(() => chromium?.stop());

/** Opens a page; `damaged` is a file that is answered with one byte changed. `ready` says whether its program ran. */
async function open(kind, { policy = STRICT, damaged } = {}) {
  const { html, module } = PAGES[kind];
  const changed = damaged && (await readFile(new URL(damaged, DIST)));
  // In the comment at a script's end: without its hash it is as good as it was.
  if (damaged) changed[changed.length - 8] ^= 1;
  const type = { "content-type": damaged?.endsWith(".js") ? "text/javascript" : "application/wasm" };
  const site = await servePackage(module, (path) => {
    if (path === damaged) return { headers: type, body: changed };
    const headers = { "content-type": "text/html", "content-security-policy": policy };
    return path === "page.html" && { headers, body: `<!doctype html>${html}` };
  });
  const complaints = [];
  const listen = (message) => complaints.push(message.text());
  chromium.page.on("console", listen);
  await chromium.page.goto(`${site.origin}/page.html`, { waitUntil: "load" });
  chromium.page.off("console", listen);
  const ready = await chromium.page.evaluate(() => "seal" in globalThis);
  return { page: chromium.page, ready, complaints: complaints.join("\n"), [Symbol.asyncDispose]: site[Symbol.asyncDispose] };
}

for (const kind of ["an import map", "the script's own attribute"]) {
  test(`the hash in ${kind}: the page works, and fetches nothing more`, async () => {
    await using opened = await open(kind);
    assert.equal(opened.ready, true, opened.complaints);
    assert.equal(await opened.page.evaluate(() => seal()), "x");
  });

  test(`the hash in ${kind}: one byte changed, and nothing of the file runs`, async () => {
    await using opened = await open(kind, { damaged: SCRIPT });
    assert.equal(opened.ready, false);
    assert.match(opened.complaints, /integrity/i);
  });
}

test("without a hash the changed file would have run: it is the hash that refuses it", async () => {
  await using opened = await open("no hash", { damaged: SCRIPT });
  assert.equal(await opened.page.evaluate(() => seal()), "x");
});

for (const [module, file, use, given] of [["second", EXTRA, "lock", "x"], ["third", API, "ask", "Owner"]]) {
  test(`the ${module} module is fetched when it is needed, under the hash that the script has of it`, async () => {
    await using opened = await open("an import map", { policy: CONNECTED });
    assert.equal(await opened.page.evaluate((name) => globalThis[name](), use), given);
    await using refused = await open("an import map", { policy: CONNECTED, damaged: file });
    const { code, message } = await refused.page.evaluate((name) => globalThis[name](), use);
    assert.equal(code, "WasmUnavailable");
    assert.match(message, /could not be fetched; .*connect-src.*another version/);
    assert.equal(await refused.page.evaluate(() => seal()), "x");
  });
}

test("the README's lines are a page that works, with this build's hash in them", async () => {
  const lines = [...readme.matchAll(/^```html\n([^]*?)^```$/gm)].map(([, html]) => html);
  assert.equal(lines.length, 2);
  const html = lines.join("").replaceAll(/sha384-[\w+/]+/g, integrity[SCRIPT]);
  const script = await readFile(new URL(SCRIPT, DIST));
  await using site = await servePackage(program("edgekms"), (path) => {
    if (/^edgekms-[\d.]+\/edgekms\.min\.js$/.test(path)) return { headers: { "content-type": "text/javascript" }, body: script };
    const body = `<!doctype html>${html}<script type="module" src="page.mjs"></script>`;
    return path === "page.html" && { headers: { "content-type": "text/html" }, body };
  });
  await chromium.page.goto(`${site.origin}/page.html`, { waitUntil: "load" });
  assert.equal(await chromium.page.evaluate(() => seal()), "x");
});

test("dist/integrity.json has the hashes of the script and of what it fetches, and the README has a line with the first", async () => {
  const fetched = globSync("wasm/*_bg.wasm", { cwd: DIST }).filter((path) => path !== "wasm/edgekms_bg.wasm");
  assert.deepEqual(Object.keys(integrity).toSorted(), [SCRIPT, ...fetched].toSorted());
  const script = await readFile(new URL(SCRIPT, DIST), "utf8");
  for (const [path, hash] of Object.entries(integrity)) {
    const digest = createHash("sha384").update(await readFile(new URL(path, DIST))).digest("base64");
    assert.equal(hash, `sha384-${digest}`, path);
    assert.equal(script.includes(hash), path !== SCRIPT, `${path} in the script`);
  }
  const line = integrityLine("0.0.0", "sha384-" + "a".repeat(64));
  const form = line.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("0\\.0\\.0", "\\d+\\.\\d+\\.\\d+");
  assert.match(readme, new RegExp(form.replace("a".repeat(64), "[A-Za-z0-9+/]{64}")));
});

test("it is one file, which imports nothing, and has nothing in it that only Node has", async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(SCRIPT, DIST))],
    bundle: true,
    format: "esm",
    platform: "browser",
    metafile: true,
    write: false,
    outdir: "out",
  });
  assert.equal(Object.keys(metafile.inputs).length, 1);
  assert.ok(brotli(await readFile(new URL(SCRIPT, DIST))) < 88_000, "what the README says of it");
});
