// SPDX-License-Identifier: Apache-2.0

/** A worker for a whole file of tests, and the command line that manages it. */

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWorker } from "../../lib/worker.mjs";
import { fails, ok, run } from "./cli.mjs";

export const OPERATOR = { accessKeyId: "LTAIoperator", accessKeySecret: "an operator's secret of a test" };

/**
 * Starts one, with an operator and a backup key, and a home for the command line.
 *
 * @param {Record<string, string>} [settings]
 */
export async function startManaged(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-managed-"));
  const state = join(folder, "state");
  const worker = await startWorker({
    state,
    settings: {
      OPERATOR_ACCESS_KEY_ID: OPERATOR.accessKeyId,
      OPERATOR_ACCESS_KEY_SECRET: OPERATOR.accessKeySecret,
      BACKUP_KEY: randomBytes(32).toString("base64"),
      ...settings,
    },
  });
  const env = environmentOf(worker);
  const here = (options = {}) => ({ cwd: folder, ...options, env: { ...env, ...options.env } });
  return {
    worker,
    state,
    folder,
    env,
    at: (...names) => join(folder, ...names),
    /** A run that must succeed. */
    ok: (args, options) => ok(args, here(options)),
    /** The same, and what it says to programs. */
    told: async (args, options) => JSON.parse((await ok([...args, "--json"], here(options))).stdout),
    run: (args, options) => run(args, here(options)),
    fails: (args, code, line, options) => fails(args, code, line, here(options)),
    stop: async () => {
      await worker.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What says where it is and who asks: root, and the operator. */
export function environmentOf({ address, credentials }) {
  return {
    EDGEKMS_ENDPOINT: address,
    EDGEKMS_ACCESS_KEY_ID: credentials.accessKeyId,
    EDGEKMS_ACCESS_KEY_SECRET: credentials.accessKeySecret,
    EDGEKMS_OPERATOR_ACCESS_KEY_ID: OPERATOR.accessKeyId,
    EDGEKMS_OPERATOR_ACCESS_KEY_SECRET: OPERATOR.accessKeySecret,
  };
}
