// SPDX-License-Identifier: Apache-2.0

/**
 * As much of Cloudflare's API, on loopback, as Wrangler asks when it deploys a worker, with what it was told: the real
 * Wrangler then deploys without a network.
 */

import { once } from "node:events";
import { createServer } from "node:http";

/**
 * Starts one without a worker.
 *
 * @param {import("node:test").TestContext} t
 */
export async function startCloudflare(t) {
  const cloud = {
    /** Secrets of the worker, once it is there. */
    secrets: undefined,
    /** Metadata of each upload: bindings, migrations and so on. */
    uploads: [],
    namespaces: [],
    domains: [],
    asked: [],
    /** Whether domains are refused, which comes after the upload. */
    refusesDomains: false,
    env: {},
  };
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const path = new URL(request.url, "http://cloud").pathname.replace(/^\/client\/v4\/accounts\/[^/]+\//, "");
    cloud.asked.push(`${request.method} ${path}`);
    const { status = 200, result = null, error } = await answer(cloud, request, path, body);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ success: error === undefined, errors: error ? [error] : [], messages: [], result }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  cloud.env = {
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${server.address().port}/client/v4`,
    CLOUDFLARE_API_TOKEN: "a token of a test",
    CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
    ...OFFLINE,
  };
  return cloud;
}

/** Wrangler looks for a newer one of itself while it shows its banner, and counts its uses. */
export const OFFLINE = { WRANGLER_HIDE_BANNER: "true", WRANGLER_SEND_METRICS: "false" };

const missing = (code) => ({ status: 404, error: { code, message: "not found" } });

async function answer(cloud, request, path, body) {
  const isThere = cloud.secrets !== undefined;
  if (/^workers\/scripts\/[^/]+\/secrets$/.test(path)) {
    return isThere ? { result: cloud.secrets.map((name) => ({ name, type: "secret_text" })) } : missing(10007);
  }
  if (/^workers\/scripts\/[^/]+$/.test(path) && request.method === "PUT") return upload(cloud, request, body);
  if (/^workers\/services\//.test(path)) return isThere ? { result: { default_environment: { script: { last_deployed_from: "wrangler" } } } } : missing(10090);
  if (/\/settings$/.test(path)) return isThere ? { result: { bindings: cloud.uploads.at(-1).bindings } } : missing(10007);
  if (/\/deployments$/.test(path)) return { result: { deployments: [] } };
  if (/^workers\/workers\//.test(path)) return { result: { subdomain: { enabled: false, previews_enabled: false } } };
  if (/\/domains\/changeset$/.test(path)) {
    return { result: { added: JSON.parse(body), removed: [], updated: [], conflicting: [] } };
  }
  if (/\/domains\/records$/.test(path)) {
    if (cloud.refusesDomains) return { status: 400, error: { code: 100117, message: "no zone of yours has this host" } };
    cloud.domains = JSON.parse(body).origins.map(({ hostname }) => hostname);
    return { result: JSON.parse(body).origins };
  }
  if (path === "storage/kv/namespaces" && request.method === "POST") {
    const namespace = { id: "f".repeat(32), title: JSON.parse(body).title };
    cloud.namespaces.push(namespace);
    return { result: namespace };
  }
  if (path === "storage/kv/namespaces") return { result: cloud.namespaces };
  if (/subdomain$/.test(path)) return { result: { enabled: true, previews_enabled: false, subdomain: "test" } };
  return { result: [] };
}

async function upload(cloud, request, body) {
  const form = await new Response(body, { headers: { "content-type": request.headers["content-type"] } }).formData();
  const metadata = JSON.parse(form.get("metadata"));
  cloud.uploads.push({ ...metadata, files: [...form.keys()].filter((name) => name !== "metadata") });
  const sent = metadata.bindings.filter(({ type }) => type === "secret_text").map(({ name }) => name);
  cloud.secrets = [...new Set([...(cloud.secrets ?? []), ...sent])];
  return { result: { id: "edgekms", deployment_id: "one", startup_time_ms: 1 } };
}
