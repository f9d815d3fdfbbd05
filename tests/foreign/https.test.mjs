// SPDX-License-Identifier: Apache-2.0

/** Other people's clients over https, by the variables that `edgekms dev --https` prints: their signatures arrive as they were. */

import { after, before, test } from "node:test";
import { startKms } from "edgekms/testing";
import { runPythonTests } from "../lib/python.mjs";

let kms;
before(async () => (kms = await startKms({ https: true, seed: { keys: { "alias/tls": {} } } })));
after(() => kms?.stop());

test("boto3, Alibaba's own client and oss2 by https", (context) => {
  const { endpoint: address, region, credentials, environment, seeded } = kms;
  const [key] = Object.values(seeded.keys);
  return runPythonTests(context, { address, region, credentials }, "https_test.py", { ...environment, EDGEKMS_TEST_KEY: key });
});
