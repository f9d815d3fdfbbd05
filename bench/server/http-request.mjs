// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of a request.
 *
 * @param {string} target path and query
 * @param {[string, string][]} headers but for the body's length
 * @param {string} body
 */
export function httpRequest(target, headers, body) {
  const all = [...headers, ["content-length", String(Buffer.byteLength(body))]];
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`POST ${target} HTTP/1.1\r\n${head}\r\n${body}`);
}
