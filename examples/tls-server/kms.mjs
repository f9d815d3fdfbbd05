// SPDX-License-Identifier: Apache-2.0
/** How to reach the KMS, and under what the private key is encrypted. */
import { KmsClient } from "edgekms";

/** The key in the KMS, by its alias. */
export const KEY_ID = "alias/tls-server";

/**
 * Authenticated with the ciphertext: what was encrypted for another purpose under the same key does not decrypt here,
 * and the server's policy lets it decrypt nothing else.
 */
export const ENCRYPTION_CONTEXT = { purpose: "tls-server" };

/** @returns {KmsClient} with the access key of the environment. */
export function client() {
  return orExit(() => KmsClient.fromEnv());
}

/**
 * What `act` gives; if it fails, one line that says why, and status 1.
 *
 * @template T @param {() => T} act @returns {T}
 */
export function orExit(act) {
  try {
    return act();
  } catch (error) {
    return failed(error);
  }
}

/** @param {any} error @returns {never} */
export function failed(error) {
  console.error(`${error.code ?? error.name}: ${error.message}`);
  process.exit(1);
}
