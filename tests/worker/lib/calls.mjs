// SPDX-License-Identifier: Apache-2.0

/**
 * Calls to a worker by requests that are signed here in the test's own code, so that our signing
 * is not tested by itself.
 */

import assert from "node:assert/strict";
import { acs3Request, send } from "../../lib/signed-request.mjs";

/**
 * @param {{ address: string, host: string, credentials: { accessKeyId: string, accessKeySecret: string } }} worker
 * @param {() => object} [defaults] options of every call
 */
export function callsTo(worker, defaults = () => ({})) {
  /** Sends it, with further headers that are not signed, and gives status and body. By `signal` it hangs up. */
  const send_ = (action, params = {}, { host = worker.host, unsigned, signal, ...options } = {}) => {
    const signed = acs3Request(worker.credentials, host, action, Object.entries(params), { ...defaults(), ...options });
    return send(worker.address, { ...signed, headers: { ...signed.headers, ...unsigned } }, { signal });
  };
  return {
    send: send_,
    /** The answer of a call that must succeed. */
    async call(action, params, options) {
      const { status, json, text } = await send_(action, params, options);
      assert.equal(status, 200, `${action}: ${text}`);
      assert.match(json.RequestId, /^[0-9a-f-]{36}$/);
      return json;
    },
    /** Status and code of a call that must be refused. */
    async refused(action, params, options) {
      const { status, json, text } = await send_(action, params, options);
      assert.notEqual(status, 200, `${action}: ${text}`);
      assert.match(json?.RequestId ?? "", /^[0-9a-f-]{36}$/, text);
      return [status, json.Code];
    },
  };
}

export const base64 = (text) => Buffer.from(text).toString("base64");
