// SPDX-License-Identifier: Apache-2.0

/** Runs a script of the repository as its user would: its own process, its own folder. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TIMEOUT_MS = 120_000;

/**
 * @param {string} folder inside the repository
 * @param {string[]} args the script and its arguments
 * @param {Record<string, string>} [env] added to this process's environment
 * @returns {Promise<{ status: number, stdout: string, stderr: string }>}
 */
export function runScript(folder, args, env = {}) {
  return new Promise((resolve) => {
    const options = { cwd: `${ROOT}${folder}`, env: { ...process.env, ...env }, timeout: TIMEOUT_MS };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ status: error ? (error.code ?? -1) : 0, stdout, stderr });
    });
  });
}

/** @param {{ address: string, region: string, credentials: object }} worker */
export function environmentFor({ address, region, credentials }) {
  return {
    EDGEKMS_ENDPOINT: address,
    EDGEKMS_REGION: region,
    EDGEKMS_ACCESS_KEY_ID: credentials.accessKeyId,
    EDGEKMS_ACCESS_KEY_SECRET: credentials.accessKeySecret,
  };
}
