// SPDX-License-Identifier: Apache-2.0

/** An identity provider on loopback: it publishes its keys, signs tokens, and counts who asks. */

import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const ALGORITHMS = {
  RS256: {
    make: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
    sign: (key, data) => sign("sha256", data, key),
  },
  ES256: {
    make: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
    sign: (key, data) => sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }),
  },
};

/**
 * Starts one. `delayMs` can be set while it runs: how long it takes to answer.
 */
export async function startIssuer() {
  const keys = new Map();
  const issuer = { url: "", asked: [], delayMs: 0, redirectTo: undefined };
  const documents = {
    "/.well-known/openid-configuration": () => ({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }),
    "/keys": () => ({ keys: [...keys].map(([kid, { pair }]) => ({ ...pair.publicKey.export({ format: "jwk" }), kid, use: "sig" })) }),
  };
  const server = createServer((request, response) => {
    issuer.asked.push(request.url);
    setTimeout(() => {
      if (issuer.redirectTo !== undefined) return response.writeHead(302, { location: issuer.redirectTo }).end();
      const document = documents[request.url];
      response.writeHead(document ? 200 : 404, { "content-type": "application/json" });
      response.end(document ? JSON.stringify(document()) : "");
    }, issuer.delayMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  issuer.url = `http://127.0.0.1:${server.address().port}`;

  /** A new key of this name. */
  issuer.addKey = (kid, algorithm) => keys.set(kid, { algorithm, pair: ALGORITHMS[algorithm].make() });
  issuer.removeKey = (kid) => keys.delete(kid);
  /** A token signed under a key, with these claims beside or instead of a good one's. */
  issuer.token = (kid, claims = {}) => {
    const { algorithm, pair } = keys.get(kid);
    const now = Math.floor(Date.now() / 1000);
    const good = { iss: issuer.url, sub: "alice", aud: "web", iat: now, exp: now + 600 };
    const signed = `${encode({ alg: algorithm, kid, typ: "JWT" })}.${encode({ ...good, ...claims })}`;
    return `${signed}.${ALGORITHMS[algorithm].sign(pair.privateKey, Buffer.from(signed)).toString("base64url")}`;
  };
  issuer.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return issuer;
}
