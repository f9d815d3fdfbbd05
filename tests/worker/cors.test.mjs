// SPDX-License-Identifier: Apache-2.0

/** Which pages may read an answer: none by default, and those on the list exactly. */

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { acs3Request } from "../lib/signed-request.mjs";
import { startWorker } from "../lib/worker.mjs";

const PAGE = "https://app.example.com";

/** `node:http`, since `fetch` will not send an Origin of our choice. */
function exchange(worker, { method, path = "/", headers }) {
  const { hostname, port } = new URL(worker.address);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers }, (response) => {
      response.resume().on("end", () => resolve(response));
    });
    outgoing.on("error", reject).end();
  });
}

const preflight = (worker, origin) =>
  exchange(worker, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,x-acs-action,cookie",
    },
  });

function call(worker, origin) {
  const signed = acs3Request(worker.credentials, worker.host, "DescribeRegions", []);
  return exchange(worker, { ...signed, headers: { ...signed.headers, origin } });
}

const allowed = (response) => response.headers["access-control-allow-origin"];

describe("closed, as it is by default", () => {
  let worker;
  before(async () => {
    worker = await startWorker();
  });
  after(() => worker?.stop());

  test("no page is told that it may read", async () => {
    for (const origin of [PAGE, "null", worker.address]) {
      const refused = await preflight(worker, origin);
      assert.equal(refused.statusCode, 403);
      assert.equal(allowed(refused), undefined);
      const answer = await call(worker, origin);
      assert.equal(answer.statusCode, 200);
      assert.equal(allowed(answer), undefined);
    }
  });
});

describe("open to one page", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ settings: { ALLOWED_ORIGINS: `${PAGE}, http://127.0.0.1:5173` } });
  });
  after(() => worker?.stop());

  test("the page may send a signed request's headers and read the answer", async () => {
    const response = await preflight(worker, PAGE);
    assert.equal(response.statusCode, 204);
    assert.equal(allowed(response), PAGE);
    assert.equal(response.headers["access-control-allow-headers"], "authorization, x-acs-action");
    const answer = await call(worker, PAGE);
    assert.equal(allowed(answer), PAGE);
    assert.match(answer.headers.vary, /Origin/);
    assert.equal(answer.headers["access-control-allow-credentials"], undefined);
  });

  test("another page may not", async () => {
    for (const origin of ["https://evil.example.com", `${PAGE}.evil.test`, "http://app.example.com"]) {
      assert.equal((await preflight(worker, origin)).statusCode, 403);
      assert.equal(allowed(await call(worker, origin)), undefined);
    }
  });
});
