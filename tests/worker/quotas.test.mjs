// SPDX-License-Identifier: Apache-2.0

/** Quotas in the running worker: exact when many ask at once, and raised by the operator for one keyring. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { acs3Request, send } from "../lib/signed-request.mjs";
import { withGatedWorker } from "./lib/gated-worker.mjs";

const CALLERS = 100;
const OPERATOR = { accessKeyId: "operator", accessKeySecret: "operator-secret-operator-secret" };
const WITH_OPERATOR = [
  `OPERATOR_ACCESS_KEY_ID=${OPERATOR.accessKeyId}`,
  `OPERATOR_ACCESS_KEY_SECRET=${OPERATOR.accessKeySecret}`,
];

async function operate(worker, action, params = {}) {
  const signed = acs3Request(OPERATOR, new URL(worker.address).host, action, Object.entries(params));
  return send(worker.address, signed);
}

/** How many of so many equal calls at once are answered by each code. */
async function atOnce(worker, action, params) {
  const calls = Array.from({ length: CALLERS }, (_, index) => worker.send(action, params(index)));
  const codes = (await Promise.all(calls)).map(({ status, json }) => (status === 200 ? "ok" : json.Code));
  return codes.reduce((counts, code) => ({ ...counts, [code]: (counts[code] ?? 0) + 1 }), {});
}

test("100 calls at once get exactly what is left of the quota", () =>
  withGatedWorker(
    async (worker) => {
      const made = await atOnce(worker, "CreateKey", () => ({}));
      assert.deepEqual(made, { ok: 7, "Rejected.LimitExceeded": CALLERS - 7 });
      assert.equal((await worker.call("ListKeys")).TotalCount, 7);
      const { KeyId } = (await worker.call("ListKeys")).Keys.Key[0];
      const named = await atOnce(worker, "CreateAlias", (index) => ({ KeyId, AliasName: `alias/${index}` }));
      assert.deepEqual(named, { ok: 5, "Rejected.LimitExceeded": CALLERS - 5 });
      // One that is gone leaves its place to one.
      const { AliasName } = (await worker.call("ListAliases")).Aliases.Alias[0];
      await worker.call("DeleteAlias", { AliasName });
      const again = await atOnce(worker, "CreateAlias", (index) => ({ KeyId, AliasName: `alias/again-${index}` }));
      assert.equal(again.ok, 1);
    },
    { set: ["MAX_KEYS=7", "MAX_ALIASES=5"] },
  ));

test("the operator raises one keyring's quota, and nobody else does", () =>
  withGatedWorker(
    async (worker) => {
      await worker.call("CreateKey");
      const { json } = await worker.send("CreateKey");
      assert.equal(json.Code, "Rejected.LimitExceeded");
      assert.match(json.Message, /at most 1 keys.*MAX_KEYS.*SetQuota/);
      const raise = { Quota: "Keys", Number: "3" };
      assert.deepEqual(await worker.refused("SetQuota", raise), [403, "Forbidden.NoPermission"]);
      assert.equal((await operate(worker, "SetQuota", raise)).status, 200);
      await worker.killObject();
      assert.deepEqual(await atOnce(worker, "CreateKey", () => ({})), { ok: 2, "Rejected.LimitExceeded": CALLERS - 2 });
      const told = await operate(worker, "DescribeQuotas");
      assert.deepEqual(told.json.Quotas.Quota[0], { Quota: "Keys", Number: 3, Used: 3 });
      for (const action of ["ListKeys", "CreateKey", "DescribeRegions"]) {
        const { status } = await operate(worker, action);
        assert.equal(status, action === "DescribeRegions" ? 200 : 403, action);
      }
    },
    { set: ["MAX_KEYS=1", ...WITH_OPERATOR] },
  ));
