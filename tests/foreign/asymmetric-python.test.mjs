// SPDX-License-Identifier: Apache-2.0

/**
 * boto3 with asymmetric keys, and Alibaba's client for Python, both unmodified, against the running worker:
 * the tests are Python's, in python/boto3_asymmetric_test.py and python/alibabacloud_test.py.
 */

import { after, before, test } from "node:test";
import { runPythonTests } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker?.stop());

test("boto3", (context) =>
  runPythonTests(context, worker, "boto3_asymmetric_test.py", { EDGEKMS_TEST_ACCOUNT: worker.accountId }));

test("alibabacloud-kms20160120", (context) =>
  runPythonTests(context, worker, "alibabacloud_test.py", {
    ALIBABA_CLOUD_ACCESS_KEY_ID: worker.credentials.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: worker.credentials.accessKeySecret,
    EDGEKMS_TEST_HOST: worker.host,
  }));
