// SPDX-License-Identifier: Apache-2.0

/** boto3, unmodified, against the running worker: the tests are Python's, in python/boto3_test.py. */

import { after, before, test } from "node:test";
import { runPythonTests } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";

let worker;
before(async () => {
  worker = await startWorker({ settings: { REGIONS: "cn-hangzhou,us-east-1" } });
});
after(() => worker?.stop());

test("boto3", (context) =>
  runPythonTests(context, worker, "boto3_test.py", { EDGEKMS_TEST_ACCOUNT: worker.accountId }));
