// SPDX-License-Identifier: Apache-2.0

/**
 * boto3, unmodified, takes on a role and uses keys with its session: the tests are Python's, in
 * python/boto3_sts_test.py.
 */

import { after, before, test } from "node:test";
import { runPythonTests } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker?.stop());

test("boto3's sessions", (context) =>
  runPythonTests(context, worker, "boto3_sts_test.py", {
    EDGEKMS_TEST_HOST: worker.host,
    EDGEKMS_TEST_ACCOUNT: worker.accountId,
  }));
