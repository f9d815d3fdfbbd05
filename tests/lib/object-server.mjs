// SPDX-License-Identifier: Apache-2.0

/**
 * As much of an object store as an OSS client needs to put and get an object: bodies with their user metadata, ranges,
 * and uploads in parts. It looks into nothing and checks no signature.
 */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

/** @returns the server, with `objects` by their path: `{ body, headers }` */
export async function startObjectServer() {
  const objects = new Map();
  const uploads = new Map();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const answer = (status, headers = {}, content = "") => {
      response.writeHead(status, { "x-oss-request-id": "0", ...headers });
      response.end(content);
    };
    const uploadId = searchParams.get("uploadId");
    if (request.method === "GET") return answer(...read(objects.get(pathname), request.headers.range));
    if (request.method === "POST" && searchParams.has("uploads")) {
      const id = `upload-${uploads.size}`;
      uploads.set(id, { headers: metadata(request.headers), parts: new Map() });
      return answer(200, {}, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (request.method === "PUT" && uploadId !== null) {
      uploads.get(uploadId).parts.set(Number(searchParams.get("partNumber")), body);
      return answer(200, { etag: etag(body) });
    }
    if (request.method === "POST" && uploadId !== null) {
      const { headers, parts } = uploads.get(uploadId);
      const inOrder = [...parts].sort(([one], [other]) => one - other).map(([, part]) => part);
      objects.set(pathname, { headers, body: Buffer.concat(inOrder) });
      return answer(200, { etag: etag(body) }, "<CompleteMultipartUploadResult/>");
    }
    objects.set(pathname, { headers: metadata(request.headers), body });
    return answer(200, { etag: etag(body) });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    objects,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const etag = (body) => `"${createHash("md5").update(body).digest("hex").toUpperCase()}"`;

const metadata = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-oss-meta-")));

/** @returns {[number, Record<string, string>?, Uint8Array?]} */
function read(object, range) {
  if (object === undefined) return [404];
  const { body, headers } = object;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === undefined) return [200, headers, body];
  const end = Math.min(last === "" ? body.length - 1 : Number(last), body.length - 1);
  const part = body.subarray(Number(first), end + 1);
  return [206, { ...headers, "content-range": `bytes ${first}-${end}/${body.length}` }, part];
}
