// SPDX-License-Identifier: Apache-2.0
/**
 * What opens the films: here a key that whoever watches has. With a KMS it is
 * `new KmsClient({ endpoint, region, credentials }).keyring("alias/films")`, and the page has credentials instead.
 */

/**
 * @param {typeof import("edgekms").rawAesKeyring} rawAesKeyring of the entry point that is in use here
 * @param {{ key: string }} settings the key in base64
 */
export function keyringOf(rawAesKeyring, { key }) {
  const wrappingKey = Uint8Array.from(atob(key), (character) => character.charCodeAt(0));
  return rawAesKeyring({ namespace: "films", name: "2026", wrappingKey });
}
