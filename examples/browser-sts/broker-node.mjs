#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** Hands a signed-in user's page credentials for this user's data: `node --env-file=.env broker-node.mjs` */
import { createServer } from "node:http";
import { assumeRole } from "edgekms";
import { userOf } from "./sign-in.mjs";

const { env } = process;
const credentials = { accessKeyId: env.BROKER_ACCESS_KEY_ID, accessKeySecret: env.BROKER_ACCESS_KEY_SECRET };
const role = { endpoint: env.EDGEKMS_ENDPOINT, credentials, roleArn: env.ROLE_ARN, durationSeconds: 900 };
// `StringEquals` takes the name as it is: a `*` in it is a star and nothing else.
const policy = (user) => {
  const Condition = { StringEquals: { "kms:EncryptionContext:user": user } };
  const Action = ["kms:GenerateDataKey", "kms:Decrypt"];
  return { Version: "1", Statement: [{ Effect: "Allow", Action, Resource: env.KEY_ARN, Condition }] };
};

async function answer({ method, url, headers }) {
  if (method !== "POST" || url !== "/credentials") return [404, {}];
  const user = await userOf(headers.authorization, env.SIGN_IN_SECRET);
  if (user === undefined) return [401, {}];
  return [200, await assumeRole({ ...role, roleSessionName: user, policy: policy(user) })()];
}
createServer(async (request, response) => {
  const [status, body] = await answer(request).catch((error) => (console.error(error), [502, {}]));
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}).listen(Number(env.PORT ?? 8788), "127.0.0.1");
