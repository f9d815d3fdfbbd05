// SPDX-License-Identifier: Apache-2.0
/** WebCrypto's keys, for programs whose types do not have the name `CryptoKey`: Node's have it only in modules. */

/** A `CryptoKey`: what it is in the DOM's types and in Node's alike. */
export interface CryptoKeyLike {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}
