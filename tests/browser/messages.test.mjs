// SPDX-License-Identifier: Apache-2.0

/** What a page's user is told in real Chromium, whose own words for the same failures are few and change. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startChromium } from "../../demo/lib/chromium.mjs";
import { servePackage } from "../lib/package-site.mjs";

const PAGE = `
  import { Envelope, KmsClient, rawAesKeyring } from "./entrypoints/browser.js";
  const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
  const told = ({ code, message }) => ({ code, message });
  globalThis.seal = () => new Envelope({ keyring }).encrypt("x").then(({ length }) => length, told);
  globalThis.call = (endpoint) => {
    const credentials = { accessKeyId: "a", accessKeySecret: "b" };
    const kms = new KmsClient({ endpoint, credentials, maxAttempts: 1 });
    return kms.describeKey({ keyId: "alias/a" }).then(() => "answered", told);
  };
`;

const serve = (change) => servePackage(PAGE, change);

/** A name that is not this machine's own, so that its pages are not secure without TLS. */
const PLAIN = "plain.example";

let chromium;
before(async () => {
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const args = ["--headless=new", `--host-resolver-rules=MAP ${PLAIN} 127.0.0.1`, ...sandbox];
  chromium = await startChromium({ args });
});
after(() => chromium?.stop());

async function open(origin) {
  await chromium.page.goto(`${origin}/page.html`);
  await chromium.page.waitForFunction(() => "call" in globalThis);
  return chromium.page;
}

const isWasm = (path) => path.endsWith(".wasm");
const html = { "content-type": "text/html" };

for (const [what, change, words] of [
  [
    "a policy without 'wasm-unsafe-eval'",
    (path) =>
      path === "page.html" && {
        headers: { ...html, "content-security-policy": "default-src 'self'; script-src 'self'" },
        body: '<!doctype html><script type="module" src="page.mjs"></script>',
      },
    /Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval'/,
  ],
  [
    "a policy that does not let the page fetch the file",
    (path) =>
      path === "page.html" && {
        headers: { ...html, "content-security-policy": "connect-src https://elsewhere.example" },
        body: '<!doctype html><script type="module" src="page.mjs"></script>',
      },
    /its file could not be fetched; .*connect-src/,
  ],
  ["a file that is not there", (path) => isWasm(path) && { status: 404, body: "nothing" }, /not where the program looks for it/],
  [
    "a page in place of the file, as servers of single-page applications answer",
    (path) => isWasm(path) && { headers: html, body: "<!DOCTYPE html>" },
    /no WebAssembly, perhaps a page that says "not found"/,
  ],
]) {
  test(`WebAssembly: ${what}`, async () => {
    await using site = await serve(change);
    const page = await open(site.origin);
    const { code, message } = await page.evaluate(() => seal());
    assert.equal(code, "WasmUnavailable");
    assert.match(message, words);
  });
}

test("WebAssembly: the control", async () => {
  await using site = await serve(() => undefined);
  const page = await open(site.origin);
  assert.ok((await page.evaluate(() => seal())) > 100);
});

test("a service that does not allow the page, and one that is down: ALLOWED_ORIGINS, with the page's own", async () => {
  await using site = await serve(() => undefined);
  const answer = { headers: { "content-type": "application/json" }, body: '{"RequestId":"r","KeyMetadata":{}}' };
  let down;
  const page = await open(site.origin);
  {
    await using closed = await serve(() => answer);
    down = closed.origin;
    const { code, message } = await page.evaluate((endpoint) => call(endpoint), closed.origin);
    assert.equal(code, "NetworkFault");
    assert.match(message, new RegExp(`^no answer from ${closed.origin}: .*${site.origin} is not in its ALLOWED_ORIGINS`));
  }
  const { message } = await page.evaluate((endpoint) => call(endpoint), down);
  assert.match(message, /^no answer from .*: it is down, or .*ALLOWED_ORIGINS/);
  const headers = { ...answer.headers, "access-control-allow-origin": "*", "access-control-allow-headers": "*, authorization" };
  await using open2 = await serve(() => ({ ...answer, headers }));
  assert.equal(await page.evaluate((endpoint) => call(endpoint), open2.origin), "answered");
});

test("a page without TLS has no WebCrypto and no randomUUID, and seals and calls all the same", async () => {
  await using site = await serve(() => undefined);
  const requests = [];
  await using service = await serve(() => ({
    headers: { "access-control-allow-origin": "*", "access-control-allow-headers": "*, authorization" },
    body: '{"RequestId":"r","KeyMetadata":{}}',
  }));
  const page = await open(site.origin.replace("127.0.0.1", PLAIN));
  page.on("request", (request) => requests.push(request));
  assert.deepEqual(await page.evaluate(() => [isSecureContext, typeof crypto.subtle, typeof crypto.randomUUID]), [
    false,
    "undefined",
    "undefined",
  ]);
  assert.ok((await page.evaluate(() => seal())) > 100);
  assert.equal(await page.evaluate((endpoint) => call(endpoint), service.origin), "answered");
  const sent = requests.find((request) => request.method() === "POST").headers();
  assert.match(sent["x-acs-signature-nonce"], /^[0-9a-f]{32}$/);
  assert.match(sent.authorization, /^ACS3-HMAC-SHA256 Credential=a,.*Signature=[0-9a-f]{64}$/);
});
