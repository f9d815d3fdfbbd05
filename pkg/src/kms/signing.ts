// SPDX-License-Identifier: Apache-2.0
/**
 * Signatures of requests: ACS3-HMAC-SHA256 of Alibaba's dialect, Signature Version 4 of AWS's. Both are
 * one scheme: a chain of HMACs, which begins with the secret and ends with a hash of the request.
 *
 * ```text
 * CanonicalRequest = POST \n / \n \n (name ":" value \n)* \n names \n hex(SHA-256(body))
 * StringToSign     = algorithm \n scope \n hex(SHA-256(CanonicalRequest))
 * Signature        = hex(HMAC(...HMAC(HMAC(prefix secret, link), link)..., StringToSign))
 * ```
 *
 * In TypeScript, since a web page downloads it: the hashes are the core's, the rest is texts.
 */

import { type Bytes, hex, utf8 } from "../bytes.js";
import type { Credentials } from "../credentials/source.js";

/** The hashes, each in one synchronous call. */
export interface Digests {
  /** SHA-256: 32 bytes. */
  sha256(data: Bytes): Bytes;
  /** HMAC-SHA-256 with a key of any length: 32 bytes. */
  hmacSha256(key: Bytes, data: Bytes): Bytes;
}

/** What to send to the host: names in lowercase, and `host` left to the transport. */
export interface SignedRequest {
  headers: [name: string, value: string][];
  body: string;
}

/** What differs between the two. */
export interface Scheme {
  readonly algorithm: string;
  /** In front of the secret in the first key. */
  readonly prefix: string;
  /** What the key is bound to, one HMAC a link. */
  readonly links: readonly string[];
  /** Lines of the string to sign between the algorithm and the hash. */
  readonly scope: readonly string[];
  /** Between the parts of the `Authorization` header. */
  readonly separator: string;
}

/** Signs with one access key. */
export class Signer {
  readonly credentials: Credentials;
  readonly #digests: Digests;

  constructor(credentials: Credentials, digests: Digests) {
    this.credentials = credentials;
    this.#digests = digests;
  }

  /** SHA-256 of a text's UTF-8, as canonical requests have it. */
  hash(text: string): string {
    return hex(this.#digests.sha256(utf8(text)));
  }

  /**
   * Signs all headers (names in lowercase, values as they will be sent) and the body, by its hash. Gives the
   * headers to send, in the order of their names, after `authorization`.
   */
  headers(
    { algorithm, prefix, links, scope, separator }: Scheme,
    headers: Readonly<Record<string, string>>,
    bodyHash: string,
  ): SignedRequest["headers"] {
    const { accessKeyId, accessKeySecret } = this.credentials;
    const listed = Object.entries(headers).sort(([one], [other]) => (one < other ? -1 : 1));
    const names = listed.map(([name]) => name).join(";");
    const lines = listed.map(([name, value]) => `${name}:${value}\n`).join("");
    const request = this.hash(`POST\n/\n\n${lines}\n${names}\n${bodyHash}`);
    let key = utf8(prefix + accessKeySecret);
    for (const link of [...links, [algorithm, ...scope, request].join("\n")]) {
      const next = this.#digests.hmacSha256(key, utf8(link));
      key.fill(0);
      key = next;
    }
    const parts = [
      `${algorithm} Credential=${[accessKeyId, ...links].join("/")}`,
      `SignedHeaders=${names}`,
      `Signature=${hex(key)}`,
    ];
    return [
      ["authorization", parts.join(separator)],
      ...listed.filter(([name]) => name !== "host"),
    ];
  }
}
