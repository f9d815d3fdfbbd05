// SPDX-License-Identifier: Apache-2.0

/**
 * boto3, unmodified, takes on a role, by an access key and by a token of an identity provider, and uses keys with
 * its session: the tests are Python's, in python/boto3_sts_test.py.
 */

import { after, before, test } from "node:test";
import { startIssuer } from "../lib/issuer.mjs";
import { runPythonTests } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";

let worker;
let issuer;
before(async () => {
  worker = await startWorker({ settings: { ENVIRONMENT: "development", OIDC_HTTP_LOOPBACK: "on" } });
  issuer = await startIssuer();
  issuer.addKey("one", "RS256");
});
after(() => {
  issuer?.stop();
  return worker?.stop();
});

test("boto3's sessions", (context) =>
  runPythonTests(context, worker, "boto3_sts_test.py", {
    EDGEKMS_TEST_HOST: worker.host,
    EDGEKMS_TEST_ACCOUNT: worker.accountId,
    EDGEKMS_TEST_ISSUER: issuer.url,
    EDGEKMS_TEST_TOKEN: issuer.token("one"),
    EDGEKMS_TEST_TOKEN_OF_ANOTHER: issuer.token("one", { sub: "mallory" }),
    EDGEKMS_TEST_TOKEN_EXPIRED: issuer.token("one", { iat: 1_700_000_000, exp: 1_700_000_600 }),
  }));
