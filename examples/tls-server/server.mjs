#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/**
 * A TLS server whose private key is decrypted when it starts, and is then in memory alone:
 * `node --env-file=server.env server.mjs`
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { client, ENCRYPTION_CONTEXT as encryptionContext, failed } from "./kms.mjs";

const cert = await readFile("server.crt").catch(failed);
const ciphertextBlob = (await readFile("server.key.encrypted", "utf8").catch(failed)).trim();

const { plaintext } = await client().decrypt({ ciphertextBlob, encryptionContext }).catch(failed);
const privateKey = createPrivateKey({ key: plaintext, format: "der", type: "pkcs8" });
plaintext.fill(0);
if (!new X509Certificate(cert).checkPrivateKey(privateKey)) {
  failed(new Error("server.crt is the certificate of another key than server.key.encrypted"));
}

const server = createServer({ cert, key: privateKey.export({ format: "pem", type: "pkcs8" }) }, (request, response) => {
  response.end(`hello from ${request.socket.getProtocol()}\n`);
});
server.on("error", failed);
server.listen(Number(process.env.PORT ?? 8443), "127.0.0.1", () => {
  console.log(`https://localhost:${server.address().port}`);
});
process.on("SIGTERM", () => server.close());
