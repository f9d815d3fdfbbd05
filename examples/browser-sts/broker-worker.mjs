// SPDX-License-Identifier: Apache-2.0
/** As broker-node.mjs, as a Cloudflare Worker: `wrangler deploy`. Its secrets are those of `.env`. */
import { assumeRole } from "edgekms";
import { userOf } from "./sign-in.mjs";

// `StringEquals` takes the name as it is: a `*` in it is a star and nothing else.
const policy = (user, Resource) => {
  const Condition = { StringEquals: { "kms:EncryptionContext:user": user } };
  const Action = ["kms:GenerateDataKey", "kms:Decrypt"];
  return { Version: "1", Statement: [{ Effect: "Allow", Action, Resource, Condition }] };
};

async function answer(request, env) {
  if (request.method !== "POST" || new URL(request.url).pathname !== "/credentials") return [404, {}];
  const user = await userOf(request.headers.get("authorization"), env.SIGN_IN_SECRET);
  if (user === undefined) return [401, {}];
  const credentials = { accessKeyId: env.BROKER_ACCESS_KEY_ID, accessKeySecret: env.BROKER_ACCESS_KEY_SECRET };
  const role = { endpoint: env.EDGEKMS_ENDPOINT, credentials, roleArn: env.ROLE_ARN, durationSeconds: 900 };
  return [200, await assumeRole({ ...role, roleSessionName: user, policy: policy(user, env.KEY_ARN) })()];
}

export default {
  async fetch(request, env) {
    const [status, body] = await answer(request, env).catch((error) => (console.error(error), [502, {}]));
    return Response.json(body, { status, headers: { "cache-control": "no-store" } });
  },
};
