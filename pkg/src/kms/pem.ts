// SPDX-License-Identifier: Apache-2.0
/** DER in text (RFC 7468). */

import { type Bytes, fromBase64, toBase64 } from "../bytes.js";
import { invalidArgument } from "../errors.js";

/** What stands between the lines. */
export type PemLabel = "PUBLIC KEY" | "PRIVATE KEY";

/** The DER inside a PEM text. */
export function fromPem(pem: string, label: PemLabel, name: string): Bytes {
  const body = new RegExp(`-----BEGIN ${label}-----([\\s\\S]+?)-----END ${label}-----`).exec(pem);
  const bytes = body?.[1] === undefined ? undefined : fromBase64(body[1].replace(/\s+/g, ""));
  if (bytes === undefined) throw invalidArgument(`${name} must be PEM text "BEGIN ${label}"`);
  return bytes;
}

/** The text of a DER. */
export function toPem(der: Bytes, label: PemLabel): string {
  const lines = toBase64(der).replace(/.{1,64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}
