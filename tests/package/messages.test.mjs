// SPDX-License-Identifier: Apache-2.0

/** What the client's errors say: what is wrong, by name, and what to do about it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import { createServer } from "node:net";
import { test } from "node:test";
import { inspect as print } from "node:util";
import { EdgekmsError, Envelope, KmsClient, assumeRole, rawAesKeyring } from "edgekms";
import { wasmTrouble } from "../../pkg/dist/wasm-trouble.js";
import { rejectsWithCode } from "../lib/expect.mjs";
import { BREAK, failure, faultServer, success } from "./lib/fault-server.mjs";
import { selfSigned } from "./lib/self-signed.mjs";
import { throwsWithCode } from "./lib/throws.mjs";

const CREDENTIALS = { accessKeyId: "LTAI5tExample", accessKeySecret: "the-secret-itself" };

const client = ({ endpoint }, options = {}) =>
  new KmsClient({ endpoint, region: "cn-hangzhou", credentials: CREDENTIALS, maxAttempts: 1, ...options });

/** Calls an action, which must fail with this code. */
const failed = (kms, code) => rejectsWithCode(kms.describeKey({ keyId: "alias/photo" }), code);

/** A port where nothing listens. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

test("a server that is down: the system's code, and what to look at", async () => {
  const port = await freePort();
  for (const host of ["127.0.0.1", "localhost"]) {
    const error = await failed(client({ endpoint: `http://${host}:${port}` }), "NetworkFault");
    assert.equal(
      error.message,
      `no answer from http://${host}:${port}: ECONNREFUSED (nothing listens there; is the server running, and is it this port?)`,
    );
    assert.ok(error.cause instanceof TypeError, "the runtime's own error is not lost");
  }
});

test("a host that has no address", async () => {
  const error = await failed(client({ endpoint: "https://kms.invalid" }), "NetworkFault");
  assert.match(error.message, /^no answer from https:\/\/kms\.invalid: (ENOTFOUND|EAI_AGAIN) \(the host's name is not known/);
});

test("a connection that breaks", async () => {
  await using server = await faultServer([BREAK]);
  const error = await failed(client(server), "NetworkFault");
  assert.match(error.message, /: (UND_ERR_SOCKET|ECONNRESET) \(the connection broke before the answer\)$/);
});

test("a certificate that nobody signed, and a port that does not speak TLS", async () => {
  const tls = createTlsServer(await selfSigned(), (_, response) => response.end("{}")).listen(0, "127.0.0.1");
  await once(tls, "listening");
  const strange = await failed(client({ endpoint: `https://127.0.0.1:${tls.address().port}` }), "NetworkFault");
  tls.close();
  assert.match(strange.message, /: DEPTH_ZERO_SELF_SIGNED_CERT \(.*NODE_EXTRA_CA_CERTS\)$/);

  await using plain = await faultServer([success()]);
  const spoken = await failed(client({ endpoint: plain.endpoint.replace("http:", "https:") }), "NetworkFault");
  assert.match(spoken.message, /: ERR_SSL_\w+ \(what listens there does not speak TLS/);
});

test("in a page, where every failure looks the same: its origin, and the setting that lets it in", async (context) => {
  Object.defineProperty(globalThis, "location", { value: { origin: "https://app.example" }, configurable: true });
  context.after(() => delete globalThis.location);
  // Chromium's words for a server that is down, and for one that does not allow the page.
  const fetch = () => Promise.reject(new TypeError("Failed to fetch"));
  const error = await failed(client({ endpoint: "https://kms.example" }, { fetch }), "NetworkFault");
  assert.match(error.message, /^no answer from https:\/\/kms\.example: it is down, or https:\/\/app\.example is not in its ALLOWED_ORIGINS/);
});

test("no answer in time: from where, and after how long", async () => {
  const fetch = (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const error = await failed(client({ endpoint: "https://kms.example" }, { fetch, timeoutMs: 20 }), "Timeout");
  assert.equal(error.message, "no answer from https://kms.example within 20 ms");
});

for (const [dialect, code, answer] of [
  ["aliyun", "SignatureDoesNotMatch", failure(400, "SignatureDoesNotMatch")],
  ["aws", "InvalidSignatureException", { status: 400, headers: {}, body: '{"__type":"InvalidSignatureException","message":"because InvalidSignatureException"}' }],
]) {
  test(`${dialect}: a wrong secret: of which access key, and what to check, but not the secret`, async () => {
    await using server = await faultServer([answer]);
    const error = await failed(client(server, { dialect }), code);
    assert.equal(
      error.message,
      `accessKeySecret is not the secret of access key LTAI5tExample: copy it again, and look which of several keys it belongs to. The service said: because ${code}`,
    );
    assert.equal(error.status, 400);
    for (const accessKeySecret of ['"the-secret-itself"', "the-secret-itself\n", " the-secret-itself"]) {
      const credentials = { ...CREDENTIALS, accessKeySecret };
      const quoted = await failed(client(server, { dialect, credentials }), code);
      assert.match(quoted.message, /LTAI5tExample: it has quotes or white space around it\./);
      assert.doesNotMatch(print(quoted), /the-secret-itself/);
    }
  });
}

test("an access key that does not exist: which, and where", async () => {
  await using server = await faultServer([failure(404, "InvalidAccessKeyId.NotFound")]);
  const error = await failed(client(server), "InvalidAccessKeyId.NotFound");
  assert.match(error.message, new RegExp(`^${server.endpoint} has no access key LTAI5tExample: .*because InvalidAccess`));
  assert.equal(error.requestId, "11111111-2222-4333-8444-555555555555");
});

const row = (AliasName) => ({ AliasName, KeyId: "k" });

/** A server without the alias, which lists others as `listed` answers. */
const aliasServer = (listed, missing = failure(404, "Forbidden.AliasNotFound")) =>
  faultServer([
    ({ headers }) => {
      const action = headers["x-acs-action"] ?? headers["x-amz-target"].split(".")[1];
      return action === "ListAliases" ? listed : missing;
    },
  ]);

test("an alias that does not exist: its name, and the one that may have been meant", async () => {
  const names = ["alias/photos", "alias/phone", "alias/x", "alias/else"];
  const listed = success({ Aliases: { Alias: names.map(row) } });
  await using server = await aliasServer(listed);
  const kms = client(server);
  for (const [asked, meant] of [
    ["alias/photo", "alias/photos"],
    ["alias/Photos", "alias/photos"],
    ["alias/pohtos", "alias/photos"],
    ["acs:kms:cn-hangzhou:1234567890123456:alias/photoss", "alias/photos"],
    ["alias/fhone", "alias/phone"],
  ]) {
    const error = await rejectsWithCode(kms.describeKey({ keyId: asked }), "Forbidden.AliasNotFound");
    const name = asked.slice(asked.indexOf("alias/"));
    assert.equal(
      error.message,
      `there is no ${name} in cn-hangzhou; did you mean ${meant}? The service said: because Forbidden.AliasNotFound`,
    );
    assert.equal(error.status, 404);
    assert.equal(error.requestId, "11111111-2222-4333-8444-555555555555");
  }
  const unlike = await rejectsWithCode(kms.describeKey({ keyId: "alias/invoices" }), "Forbidden.AliasNotFound");
  assert.equal(unlike.message, "there is no alias/invoices in cn-hangzhou; the service said: because Forbidden.AliasNotFound");
  const listings = server.requests.filter(({ headers }) => headers["x-acs-action"] === "ListAliases");
  assert.equal(listings.length, 6, "one a failure, and no second page");
});

test("AWS's dialect says it of an alias too, and of a key nothing but what the server said", async () => {
  const missing = { status: 400, headers: {}, body: '{"__type":"NotFoundException","message":"not found"}' };
  await using server = await aliasServer({ status: 200, headers: {}, body: JSON.stringify({ Aliases: [row("alias/photos")] }) }, missing);
  const kms = client(server, { dialect: "aws" });
  const error = await rejectsWithCode(kms.describeKey({ keyId: "alias/photo" }), "NotFoundException");
  assert.match(error.message, /did you mean alias\/photos\?/);
  const key = await rejectsWithCode(kms.describeKey({ keyId: "11111111-2222-4333-8444-555555555555" }), "NotFoundException");
  assert.equal(key.message, "not found");
});

test("an alias where only a key's id will do: what the action takes, and which key the alias is of", async () => {
  const missing = { status: 400, headers: {}, body: '{"__type":"NotFoundException","message":"not found"}' };
  const arn = "arn:aws:kms:cn-hangzhou:123456789012:alias/photos";
  const photos = { AliasName: "alias/photos", AliasArn: arn, TargetKeyId: "key-1" };
  const listed = { status: 200, headers: {}, body: JSON.stringify({ Aliases: [row("alias/photo"), photos] }) };
  await using server = await aliasServer(listed, missing);
  const kms = client(server, { dialect: "aws" });
  for (const keyId of ["alias/photos", arn]) {
    const error = await rejectsWithCode(kms.disableKey({ keyId }), "NotFoundException");
    assert.equal(
      error.message,
      "DisableKey takes the id or the ARN of a key, and no alias; alias/photos is of the key key-1. The service said: not found",
    );
  }
  // One that is of no key, or in another region: no other is offered, since none would do.
  for (const keyId of ["alias/photoss", arn.replace("cn-hangzhou", "cn-beijing")]) {
    const error = await rejectsWithCode(kms.disableKey({ keyId }), "NotFoundException");
    assert.equal(error.message, "DisableKey takes the id or the ARN of a key, and no alias. The service said: not found");
  }
  const moved = kms.updateAlias({ aliasName: "alias/photoss", targetKeyId: "key-1" });
  assert.match((await rejectsWithCode(moved, "NotFoundException")).message, /^there is no alias\/photoss in/);
  const target = kms.updateAlias({ aliasName: "alias/new", targetKeyId: "alias/photos" });
  assert.match((await rejectsWithCode(target, "NotFoundException")).message, /^UpdateAlias takes the id/);
});

test("whoever may not list aliases, or waits in vain for the list, gets the error itself", async () => {
  for (const listed of [failure(403, "Forbidden.NoPermission"), success(), success({ Aliases: { Alias: [{}, null, 7] } })]) {
    await using server = await aliasServer(listed);
    const error = await failed(client(server), "Forbidden.AliasNotFound");
    assert.equal(error.message, "there is no alias/photo in cn-hangzhou; the service said: because Forbidden.AliasNotFound");
  }
  // A list that never comes: the error is two seconds late, and an abort ends the wait.
  const never = (url, init) =>
    init.headers.some(([, value]) => value === "ListAliases") ? new Promise(() => {}) : fetch(url, init);
  await using server = await aliasServer(success());
  const before = performance.now();
  const late = await failed(client(server, { fetch: never }), "Forbidden.AliasNotFound");
  assert.equal(late.message, "because Forbidden.AliasNotFound");
  assert.ok(performance.now() - before < 10_000);
  const aborted = client(server, { fetch: never }).describeKey({ keyId: "alias/photo" }, { signal: AbortSignal.timeout(300) });
  await rejectsWithCode(aborted, "Forbidden.AliasNotFound");
});

test("http: to another machine is refused, unless the program says that nobody else reads its network", async () => {
  const make = (options) => () => new KmsClient({ credentials: CREDENTIALS, ...options });
  for (const endpoint of ["http://kms.example", "http://10.0.0.1:8787", "http://kms:8787", "http://127.0.0.1.example"]) {
    assert.throws(make({ endpoint }), /allowPlainHttp: true/);
    for (const allowPlainHttp of [false, 1, "true", null]) throwsWithCode(make({ endpoint, allowPlainHttp }), "InvalidArgument");
    make({ endpoint, allowPlainHttp: true })();
    const role = { roleArn: "acs:ram::1234567890123456:role/r", roleSessionName: "page", credentials: CREDENTIALS };
    throwsWithCode(() => assumeRole({ endpoint, ...role }), "InvalidArgument");
    assumeRole({ endpoint, allowPlainHttp: true, ...role });
  }
  for (const endpoint of ["http://localhost:1", "http://a.localhost", "http://[::1]:1", "http://127.1:1"]) make({ endpoint })();
  let sent;
  const fetch = async (url) => {
    sent = url;
    return new Response('{"RequestId":"r","KeyMetadata":{}}');
  };
  await make({ endpoint: "http://kms:8787", allowPlainHttp: true, fetch })().describeKey({ keyId: "k" });
  assert.equal(sent, "http://kms:8787/");
});

test("credentials that no header can carry are refused by name, before they are sent", async () => {
  const make = (credentials) => () => new KmsClient({ endpoint: "https://kms.example", credentials });
  for (const [field, value] of [
    ["accessKeyId", "LTAI5tExample\n"],
    ["accessKeyId", " LTAI5tExample"],
    ["securityToken", "tok en"],
    ["securityToken", "tokén"],
  ]) {
    assert.throws(make({ ...CREDENTIALS, [field]: value }), new RegExp(`^EdgekmsError: credentials\\.${field} must`));
  }
  const options = { endpoint: "https://kms.example", credentials: CREDENTIALS, region: "cn-hangzhou\n" };
  assert.throws(() => new KmsClient(options), /^EdgekmsError: region must be visible ASCII/);
});

test("a printed error has its code, no field without a value, and the caller's line", async () => {
  await using server = await faultServer([failure(409, "Rejected.Disabled")]);
  const down = client({ endpoint: `http://127.0.0.1:${await freePort()}` });
  async function whoCallsIt(kms, options) {
    return await kms.generateDataKey({ keyId: "k" }, options).catch((error) => error);
  }
  // With a signal the wait is a race of promises, which leaves no trace of who waits.
  for (const options of [undefined, { signal: new AbortController().signal }]) {
    const refused = print(await whoCallsIt(client(server), options));
    assert.match(refused, /^EdgekmsError: because Rejected\.Disabled\n/);
    assert.match(refused, /at whoCallsIt \(.*messages\.test\.mjs:\d+/);
    assert.match(refused, /code: 'Rejected\.Disabled'/);
    assert.match(refused, /status: 409/);
    assert.doesNotMatch(refused, /undefined/);
    const silent = print(await whoCallsIt(down, options));
    assert.match(silent, /at whoCallsIt \(.*messages\.test\.mjs:\d+/);
    assert.match(silent, /ECONNREFUSED/);
    assert.doesNotMatch(silent, /undefined|status:|requestId:/);
  }
  // An action that the table of actions is loaded for.
  async function whoLists() {
    return await client(server).listKeys().catch((error) => error);
  }
  assert.match(print(await whoLists()), /at whoLists \(.*messages\.test\.mjs:\d+/);
});

test("an envelope's error keeps the caller's line, whether it came at once or after waiting", async () => {
  await using server = await faultServer([failure(409, "Rejected.Disabled")]);
  const raw = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
  for (const [keyring, options] of [
    [raw, { encryptionContext: { "aws-crypto-x": "reserved" } }],
    [raw, { encryptionContext: { "aws-crypto-x": "reserved" }, engine: "webcrypto" }],
    [client(server).keyring("alias/a"), {}],
    [client(server).keyring("alias/a"), { signal: new AbortController().signal }],
  ]) {
    const envelope = new Envelope({ keyring });
    async function whoSeals() {
      return await envelope.encrypt("x", options).catch((error) => error);
    }
    const error = await whoSeals();
    assert.ok(error instanceof EdgekmsError);
    // After waiting, V8 shows who waits; what was called is not on any stack then.
    const shown = /^EdgekmsError: .*\n +at .*(Envelope\.encrypt|processTicksAndRejections).*\n +at (async )?whoSeals \(.*messages\.test\.mjs:\d+/;
    assert.match(print(error), shown);
    assert.doesNotMatch(print(error), /undefined/);
  }
});

test("callers who wait for the same thing each see their own line", async () => {
  const credentials = async () => {
    throw new Error("no session");
  };
  const kms = client({ endpoint: "https://kms.example" }, { credentials });
  async function oneCaller() {
    return await kms.listKeys().catch((error) => error);
  }
  async function anotherCaller() {
    return await kms.listKeys().catch((error) => error);
  }
  const [one, another] = await Promise.all([oneCaller(), anotherCaller()]);
  assert.match(one.stack, /at oneCaller/);
  assert.match(another.stack, /at anotherCaller/);
  assert.equal(one.cause, another.cause);
  assert.equal(another.code, "CredentialsUnavailable");
});

test("what is no plaintext, no context, no options and no request is named", async () => {
  const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
  const envelope = new Envelope({ keyring });
  for (const [call, words] of [
    [() => envelope.encrypt({}), /plaintext must be bytes .* or a text, not an object/],
    [() => envelope.encrypt(), /plaintext must be bytes .* or a text, not undefined/],
    [() => envelope.encrypt(42), /plaintext must be bytes .* or a text, not a number/],
    [() => envelope.encrypt("x", null), /options must be an object, not null/],
    [() => envelope.encrypt("x", "context"), /options must be an object, not a string/],
    [() => envelope.decrypt("message"), /message must be bytes/],
    [() => envelope.decrypt(new Uint8Array(1), null), /options must be an object, not null/],
    [() => envelope.encryptStream(null), /options must be an object, not null/],
    [() => envelope.decryptStream(7), /options must be an object, not a number/],
    [() => envelope.encrypt("x", { encryptionContext: { row: 42 } }), /encryptionContext: the value of "row" must be a text, not a number/],
    [() => envelope.encrypt("x", { encryptionContext: { row: undefined } }), /"row" must be a text, not undefined/],
    [() => envelope.encrypt("x", { encryptionContext: [["row", "42"]] }), /encryptionContext must be an object of texts/],
  ]) {
    const error = await rejectsWithCode((async () => call())(), "InvalidArgument", String(call));
    assert.match(error.message, words);
  }
  const half = envelope.encrypt("x", { encryptionContext: { row: "\ud800" } });
  assert.match((await rejectsWithCode(half, "InvalidContext")).message, /encryptionContext: "row" .* half of a surrogate pair/);
  const kms = client({ endpoint: "https://kms.example" });
  const text = await rejectsWithCode(kms.describeKey("alias/photos"), "InvalidArgument");
  assert.match(text.message, /^describeKey takes an object/);
  const twice = await rejectsWithCode(kms.describeKey({ keyId: "a", KeyId: "b" }), "InvalidArgument");
  assert.match(twice.message, /the request has KeyId twice/);
  for (const [request, code] of [
    [{ keyId: "\ud800" }, "InvalidArgument"],
    [{ keyId: "k", tags: [{ tagKey: "\udfff" }] }, "InvalidArgument"],
    [{ keyId: "k", encryptionContext: { row: "\ud800" } }, "InvalidContext"],
  ]) {
    const error = await rejectsWithCode(kms.encrypt(request), code);
    assert.match(error.message, /has half of a surrogate pair/);
  }
});

test("a context that is not the message's: the pair's name, and neither value", async () => {
  const keyring = rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(32) });
  const envelope = new Envelope({ keyring });
  const message = await envelope.encrypt("x", { encryptionContext: { album: "forty-two", row: "7" } });
  for (const encryptionContext of [{ row: "7", album: "forty-three" }, { album: "" }]) {
    const stream = new Blob([message]).stream().pipeThrough(envelope.decryptStream({ encryptionContext }));
    for (const opening of [envelope.decrypt(message, { encryptionContext }), new Response(stream).bytes()]) {
      const error = await rejectsWithCode(opening, "ContextMismatch");
      assert.match(error.message, /^the encryption context .* differs .* \(the pair "album"\)$/);
      assert.doesNotMatch(error.message, /forty|row|7/);
    }
  }
  const options = { encryptionContext: { album: "42" }, requiredContextKeys: ["album", "row"] };
  const missing = await rejectsWithCode(envelope.encrypt("x", options), "MissingRequiredContext");
  assert.match(missing.message, /has no value; give it one \(the pair "row"\)$/);
});

test("WebAssembly that cannot be loaded: why, in the words of each runtime", () => {
  const CSP = /Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval'/;
  const MISSING = /not where the program looks for it; copy node_modules\/edgekms\/dist\/wasm/;
  const NO_WASM = /no WebAssembly, perhaps a page/;
  for (const [name, message, words] of [
    ["CompileError", "WebAssembly.instantiateStreaming(): Refused to compile or instantiate WebAssembly module because neither 'wasm-eval' nor 'unsafe-eval' is an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\"", CSP],
    ["CompileError", "call to WebAssembly.instantiateStreaming() blocked by CSP", CSP],
    ["EvalError", "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script", CSP],
    ["Error", "ENOENT: no such file or directory, open '/app/wasm/edgekms_bg.wasm'", MISSING],
    ["TypeError", "Failed to execute 'compile' on 'WebAssembly': HTTP status code is not ok", MISSING],
    ["CompileError", "WebAssembly.instantiate(): expected magic word 00 61 73 6d, found 3c 21 44 4f @+0", NO_WASM],
    ["CompileError", "wasm validation error: at offset 4: failed to match magic number", NO_WASM],
    ["CompileError", "WebAssembly.Module doesn't parse at byte 0: module doesn't start with '\\0asm'", NO_WASM],
    ["TypeError", "Failed to execute 'compile' on 'WebAssembly': Incorrect response MIME type. Expected 'application/wasm'.", /send \.wasm files as application\/wasm/],
    ["TypeError", "Failed to fetch", /could not be fetched; is the page offline/],
    ["ReferenceError", "WebAssembly is not defined", /this runtime has no WebAssembly/],
    ["RangeError", "WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance", /not enough memory/],
    ["Error", "something new", /something new; see the bundler notes/],
  ]) {
    assert.match(wasmTrouble(Object.assign(new Error(message), { name })), words, message);
  }
});

test("an error can be told from others, and says nothing that it does not know", () => {
  const error = new EdgekmsError("Timeout", "late");
  assert.deepEqual(Object.keys(error), ["code"]);
  assert.equal("cause" in error, false);
  assert.equal(String(error), "EdgekmsError: late");
});
