// SPDX-License-Identifier: Apache-2.0
// The worker of this checkout on this machine, by the code of `server/`, which `edgekms dev` runs too.
//
//   node worker/serve.mjs --port 8787 --state .edgekms [--build worker/build] [--json] [--set NAME=VALUE]...

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { announcement, endOnSignals } from "../server/dist/announce.js";
import { assignments } from "../server/dist/settings.js";
import { serverOf } from "../server/dist/server.js";
import { start } from "../server/dist/start.js";
import { secretsFile } from "../server/dist/state/secrets.js";

const here = fileURLToPath(new URL(".", import.meta.url));

const options = {
  port: { type: "string", default: "8787" },
  state: { type: "string", default: ".edgekms" },
  build: { type: "string", default: join(here, "build") },
  json: { type: "boolean", default: false },
  set: { type: "string", multiple: true, default: [] },
};

/**
 * Starts the worker. `extend` may change miniflare's options first, for a test that needs a binding
 * to fail.
 */
export async function serve({ state, build, port, set }, extend = (all) => all) {
  const started = await start({
    state,
    host: "127.0.0.1",
    port: Number(port),
    https: false,
    settings: assignments(set),
    worker: here,
    build: resolve(build),
    // Settings that the worker refuses are for some tests to see.
    probed: false,
    extend,
  });
  const { runtime } = started;
  const { address, region, accountId, accessKeyId, accessKeySecret } = serverOf(started, false);
  const about = {
    address,
    region,
    accountId,
    accessKeyId,
    accessKeySecret,
    credentialsFile: secretsFile(resolve(state)),
    pid: process.pid,
    workerdPid: runtime.pid,
  };
  return { about, started, stop: started.stop, miniflare: runtime.miniflare };
}

async function main() {
  const { values } = parseArgs({ options });
  const { about, started } = await serve(values);
  const server = serverOf(started, false);
  endOnSignals(server);
  console.log(values.json ? JSON.stringify(about) : announcement(server));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(`edgekms could not start: ${error.message}`);
    process.exit(1);
  });
}
