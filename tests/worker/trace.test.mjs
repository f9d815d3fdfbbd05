// SPDX-License-Identifier: Apache-2.0

/**
 * What the runtime's own trace ties together. SDKs put every parameter into the URL, a plaintext too, and
 * the platform keeps the event of an invocation, with its URL, beside each line that it logs. So a tail
 * worker is attached, which is given what the platform's log is given, and no line may be there together
 * with a caller's URL: no event, no fault, no line of what is done after the answer.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { serve } from "../../worker/serve.mjs";
import { until } from "../lib/eventually.mjs";
import { rpcRequest, send } from "../lib/signed-request.mjs";
import { removeState, temporaryState } from "../lib/worker.mjs";
import { base64 } from "./lib/calls.mjs";
import { BUILD } from "./lib/gated-worker.mjs";

/** Keeps each trace as the platform would send it on: the URL as it is shown when nobody asks for more. */
const TAIL = `
  const kept = [];
  export default {
    tail: (traces) => void kept.push(...traces),
    fetch: () => Response.json(kept),
  };
`;
// Short, and in plain words: the platform replaces what looks like a random id in a URL.
const PLAINTEXT = base64("hush-hush");
const CONTEXT = JSON.stringify({ purpose: "hush-context" });
const SECRETS = [PLAINTEXT, "hush", "EncryptionContext", "Signature=", "/?"];
/** Refused calls are counted for 10 s before their line is written. */
const COUNTED_WITHIN_MS = 13_000;

/** Runs `use` with a worker that is traced; `spoil` may change its options first. */
async function traced(use, { set = [], spoil = () => {} } = {}) {
  const state = await temporaryState();
  const printed = [];
  const extend = (all) => {
    const [worker] = all.workers;
    worker.tails = ["tail"];
    spoil(worker);
    const modules = [{ type: "ESModule", path: `${worker.modulesRoot}/tail.js`, contents: TAIL }];
    const { modulesRoot, compatibilityDate } = worker;
    const unsafeDirectSockets = [{ host: "127.0.0.1", port: 0 }];
    all.workers.push({ name: "tail", modules, modulesRoot, compatibilityDate, unsafeDirectSockets });
    return { ...all, handleStructuredLogs: ({ message }) => printed.push(message) };
  };
  const { about, stop, miniflare } = await serve({ port: "0", state, build: BUILD, set }, extend);
  try {
    const tail = await miniflare.unsafeGetDirectURL("tail");
    const credentials = JSON.parse(await readFile(about.credentialsFile, "utf8"));
    await use({
      call: (action, params, options) =>
        send(about.address, rpcRequest(credentials, action, Object.entries(params), options)),
      send: (path, method = "GET") => send(about.address, { method, path, headers: {} }),
      printed,
      traces: async () => (await fetch(tail)).json(),
    });
  } finally {
    await stop();
    await removeState(state);
  }
}

const linesOf = ({ logs }) => logs.map(({ message }) => message.join(" "));
const logged = (traces) => traces.filter(({ logs, exceptions }) => logs.length > 0 || exceptions.length > 0);
/** The URLs of callers that were seen, and have no line. */
const calls = (traces) => traces.filter(({ event }) => event?.request?.url.includes("/?"));

/** Whether some trace has such a line; a tail is told once its invocation has ended. */
async function seesLine({ traces }, pattern, withinMs) {
  await until(`there is a line of ${pattern}`, async () => (await traces()).flatMap(linesOf).some((line) => pattern.test(line)), withinMs);
}

function assertApart(traces) {
  for (const trace of logged(traces)) {
    const text = JSON.stringify(trace);
    for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} beside a line: ${text}`);
    const url = trace.event?.request?.url;
    assert.ok([undefined, "https://keyring/", "https://audit/"].includes(url), `a line of ${url}`);
  }
}

test("no line of an audited call has the caller's URL beside it", () =>
  traced(
    async (worker) => {
      const context = { EncryptionContext: CONTEXT };
      const { KeyId } = (await worker.call("CreateKey", { Description: "hush-description" })).json.KeyMetadata;
      const sealed = (await worker.call("Encrypt", { KeyId, Plaintext: PLAINTEXT, ...context })).json;
      const got = await worker.call("Encrypt", { KeyId, Plaintext: PLAINTEXT, ...context }, { method: "GET" });
      assert.equal(got.status, 200, got.text);
      const opened = await worker.call("Decrypt", { CiphertextBlob: sealed.CiphertextBlob, ...context });
      assert.equal(opened.json.Plaintext, PLAINTEXT);
      const refused = await worker.call("Decrypt", { CiphertextBlob: PLAINTEXT, ...context });
      assert.equal(refused.json.Code, "InvalidParameter");
      const described = await worker.call("UpdateKeyDescription", { KeyId, Description: "hush-description" });
      assert.equal(described.status, 200, described.text);

      const query = new URLSearchParams({ Action: "Encrypt", Plaintext: PLAINTEXT, ...context });
      assert.ok((await worker.send(`/?${query}`)).status >= 400, "not signed");
      assert.ok((await worker.send(`/?${query}`, "DELETE")).status >= 400);

      for (const name of ["CreateKey", "Encrypt", "Decrypt", "UpdateKeyDescription"]) {
        await seesLine(worker, new RegExp(`"eventName":"${name}"`));
      }
      await seesLine(worker, /"errorCode":"InvalidParameter"/);
      await seesLine(worker, /"eventType":"RefusedCalls"/, COUNTED_WITHIN_MS);

      const traces = await worker.traces();
      assertApart(traces);
      assert.ok(calls(traces).some(({ event }) => event.request.url.includes(PLAINTEXT)), "the trace does show URLs");
      const lines = traces.flatMap(linesOf);
      assert.deepEqual(lines.filter((line) => line.startsWith("{")).sort(), [...worker.printed].sort(), "each is printed, once");
      for (const line of worker.printed) assert.doesNotThrow(() => JSON.parse(line), line);
    },
    { set: ["AUDIT_LOG=on"] },
  ));

test("no line of a fault has the caller's URL beside it: a keyring out of reach", () =>
  traced(
    async (worker) => {
      const refused = await worker.call("Encrypt", { KeyId: "hush", Plaintext: PLAINTEXT });
      assert.equal(refused.json.Code, "ServiceUnavailableTemporary", refused.text);
      await seesLine(worker, new RegExp(`"level":"error",.*"requestId":"${refused.json.RequestId}","message":"a call failed","cause":"ServiceUnavailableTemporary `));
      assertApart(await worker.traces());
    },
    { set: ["AUDIT_LOG=off"], spoil: (worker) => delete worker.durableObjects },
  ));

test("no line of a fault has the caller's URL beside it: a worker without its settings", () =>
  traced(
    async (worker) => {
      const refused = await worker.call("Encrypt", { KeyId: "hush", Plaintext: PLAINTEXT });
      assert.match(refused.json.Message, /ROOT_KEYS/);
      await seesLine(worker, /ROOT_KEYS/);
      assertApart(await worker.traces());
    },
    { set: ["ROOT_KEYS="] },
  ));
