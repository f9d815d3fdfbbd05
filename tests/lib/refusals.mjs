// SPDX-License-Identifier: Apache-2.0

/**
 * A running worker with one key, one alias and one blob, and requests to it that must be refused.
 * Around each test the keys and aliases are read, so that whatever a bad request did would be seen.
 */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { utf8 } from "./bytes.mjs";
import { edgekmsClient } from "./clients.mjs";
import { acs3Request, rpcRequest, send } from "./signed-request.mjs";
import { snapshot } from "./snapshot.mjs";
import { startWorker } from "./worker.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Status and code of the answers that come up everywhere. */
export const INVALID = [400, "InvalidParameter"];
export const MISSING = [400, "MissingParameter"];

/** Filled in before the first test of the file that called {@link setUp}. */
export const fixture = {
  /** @type {Awaited<ReturnType<typeof startWorker>>} */
  worker: undefined,
  /** @type {import("edgekms").KmsClient} */
  kms: undefined,
  key: undefined,
  /** "hello" under `CONTEXT`. */
  blob: undefined,
};

/** The context of {@link fixture}'s blob, in the form of the wire. */
export const CONTEXT = '{"album":"42"}';

/**
 * Hooks for the calling file.
 *
 * @param {() => Promise<void>} [furnish] what else the worker is to hold before the first test
 */
export function setUp(furnish = async () => {}) {
  let earlier;
  before(async () => {
    fixture.worker = await startWorker();
    fixture.kms = edgekmsClient(fixture.worker);
    ({ keyMetadata: fixture.key } = await fixture.kms.createKey({ description: "bad input" }));
    await fixture.kms.createAlias({ keyId: fixture.key.keyId, aliasName: "alias/bad-input" });
    ({ ciphertextBlob: fixture.blob } = await fixture.kms.encrypt({
      keyId: fixture.key.keyId,
      plaintext: utf8("hello"),
      encryptionContext: JSON.parse(CONTEXT),
    }));
    await furnish();
  });
  after(() => fixture.worker?.stop());
  beforeEach(async () => {
    earlier = await snapshot(fixture.kms);
  });
  afterEach(async () => {
    assert.deepEqual(await snapshot(fixture.kms), earlier, "a refused request changed something");
  });
}

/** Every way to place parameters and signature: name, and how to sign. */
export const SCHEMES = [
  ["RPC v1, GET", rpc({ method: "GET" })],
  ["RPC v1, form body", rpc({ form: true })],
  ["ACS3, query", acs3({})],
  ["ACS3, form body", acs3({ form: true })],
];
export const BODY_SCHEMES = SCHEMES.filter(([name]) => name.includes("body"));
export const QUERY_SCHEMES = SCHEMES.filter(([name]) => !name.includes("body"));

function rpc(placement) {
  return (credentials, action, params, options) => rpcRequest(credentials, action, params, { ...placement, ...options });
}

function acs3(placement) {
  return (credentials, action, params, options) =>
    acs3Request(credentials, fixture.worker.host, action, params, { ...placement, ...options });
}

/** The answer has Alibaba's error shape with this status and code. */
export function assertRefused({ status, json, text }, [expectedStatus, code], what) {
  assert.equal(json?.Code, code, `${what}: ${status} ${text.slice(0, 500)}`);
  assert.equal(status, expectedStatus, what);
  assert.match(json.RequestId, UUID, what);
  assert.ok(json.Message.length > 0 && json.HostId.length > 0, what);
}

/**
 * The call is refused through each of the schemes.
 *
 * @param {[number, string]} expected status and code
 * @param {string} action
 * @param {[string | Uint8Array, string | Uint8Array][]} params
 * @returns {Promise<string[]>} the messages
 */
export async function refused(expected, action, params, { schemes = SCHEMES, options, credentials } = {}) {
  const caller = credentials ?? fixture.worker.credentials;
  const messages = [];
  for (const [name, sign] of schemes) {
    const answer = await send(fixture.worker.address, sign(caller, action, params, options));
    assertRefused(answer, expected, `${action}, ${name}`);
    messages.push(answer.json.Message);
  }
  return messages;
}
