// SPDX-License-Identifier: Apache-2.0

/** A signed request is answered once: by one process for every call, and for ever for a change. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { acs3Request, rpcRequest, send } from "../lib/signed-request.mjs";
import { removeState, startWorker, temporaryState } from "../lib/worker.mjs";
import { callsTo } from "./lib/calls.mjs";

let state;
let worker;

before(async () => {
  state = await temporaryState();
  worker = await startWorker({ state });
});
after(async () => {
  await worker?.stop();
  await removeState(state);
});

test("a request sent twice is refused the second time, by both schemes", async () => {
  for (const signed of [
    acs3Request(worker.credentials, worker.host, "ListKeys", []),
    rpcRequest(worker.credentials, "ListKeys", []),
  ]) {
    assert.equal((await send(worker.address, signed)).status, 200);
    const { status, json } = await send(worker.address, signed);
    assert.deepEqual([status, json.Code], [400, "SignatureNonceUsed"]);
  }
});

test("the keyring itself remembers a change: a replay after a restart changes nothing", async () => {
  // Signed without the port, which is another one after the restart.
  const signed = rpcRequest(worker.credentials, "CreateKey", [["Description", "once"]]);
  assert.equal((await send(worker.address, signed)).status, 200);
  const before = await callsTo(worker).call("ListKeys");
  await worker.stop();
  worker = await startWorker({ state });
  const { status, json } = await send(worker.address, signed);
  assert.deepEqual([status, json.Code], [400, "SignatureNonceUsed"]);
  assert.equal((await callsTo(worker).call("ListKeys")).TotalCount, before.TotalCount);
});
