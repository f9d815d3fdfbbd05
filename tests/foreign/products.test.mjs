// SPDX-License-Identifier: Apache-2.0

/** Cloud products, by Alibaba's own client, against the running worker: the keys that are made at their need. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { genericClient } from "../lib/clients.mjs";
import { startWorker } from "../lib/worker.mjs";

const SECRET = "a-secret-of-a-product";
const ALIASES = ["alias/acs/oss", "alias/acs/default"];

let worker;
let user;
let products;

before(async () => {
  const PRODUCTS = `oss=oss-id:${SECRET},rds=rds-id:${SECRET}`;
  worker = await startWorker({ settings: { PRODUCTS, PRODUCT_KEY_ROTATION_DAYS: "365" } });
  user = genericClient(worker);
  const product = (name) =>
    genericClient({ ...worker, credentials: { accessKeyId: `${name}-id`, accessKeySecret: SECRET } });
  products = { oss: product("oss"), rds: product("rds") };
});
after(() => worker?.stop());

const refused = (client, code, action, params) => assert.rejects(client.call(action, params), { code });

test("twenty first calls at once make one key, which users look at and do not use", async () => {
  for (const KeyId of ALIASES) {
    const calls = Array.from({ length: 20 }, () => products.oss.call("GenerateDataKey", { KeyId }));
    const made = await Promise.all(calls);
    assert.equal(new Set(made.map((data) => data.KeyId)).size, 1);
    const opened = await products.oss.call("Decrypt", { CiphertextBlob: made[0].CiphertextBlob });
    assert.equal(opened.Plaintext, made[0].Plaintext);
    const { KeyMetadata } = await user.call("DescribeKey", { KeyId });
    assert.equal(KeyMetadata.KeyId, made[0].KeyId);
    assert.equal(KeyMetadata.RotationInterval, `${365 * 86400}s`);
    await refused(user, "Forbidden.NoPermission", "GenerateDataKey", { KeyId });
    await refused(user, "Forbidden.NoPermission", "Decrypt", { CiphertextBlob: made[0].CiphertextBlob });
  }
  assert.equal((await user.call("ListKeys")).TotalCount, ALIASES.length);
});

test("a product uses no other product's key and manages nothing", async () => {
  await refused(products.rds, "Forbidden.NoPermission", "GenerateDataKey", { KeyId: "alias/acs/oss" });
  await refused(products.rds, "Forbidden.NoPermission", "CreateKey", {});
  await refused(products.rds, "Forbidden.NoPermission", "ListKeys", {});
  await products.rds.call("GenerateDataKey", { KeyId: "alias/acs/default" });
});
