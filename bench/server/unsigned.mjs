// SPDX-License-Identifier: Apache-2.0
/**
 * Requests that nobody has signed, as long as any may be, made to cost the worker as much as they can:
 * the access key's id and all that is parsed before the signature is looked at are the sender's choice.
 */
import { FORM, acs3Requests } from "./acs3.mjs";
import { httpRequest } from "./http-request.mjs";
import { sigv4Requests } from "./sigv4.mjs";

/** The longest body that is read, and the longest query: the worker reads one as long, workerd half of it. */
const BODY_MAX = 128 * 1024;
const QUERY_MAX = 64 * 1024 - 16;
/** Most parameters that are read. */
const PARAMETERS_MAX = 256;

/** `0=&1=&2=&..`: as many parameters as fit. */
function shortNames(room) {
  const names = [];
  for (let index = 0, used = 0; ; index += 1) {
    const name = `${index.toString(36)}=`;
    used += name.length + 1;
    if (used > room) return names.join("&");
    names.push(name);
  }
}

/** As many parameters as are read, of characters that are each three when they are signed, or five. */
function longValues(room, count) {
  const each = Math.floor(room / count) - 6;
  return Array.from({ length: count }, (_, index) => `p${index}=${"(".repeat(each)}`).join("&");
}

/** The parameters of a signature by RPC v1 that is none. */
function rpcClaim(accessKeyId) {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const common = { AccessKeyId: accessKeyId, Action: "Encrypt", Version: "2016-01-20", Timestamp: now };
  const claim = { SignatureMethod: "HMAC-SHA1", SignatureVersion: "1.0", SignatureNonce: "n", Signature: "x" };
  return new URLSearchParams({ ...common, ...claim }).toString();
}

/** As many parameters as may be, after a claim, in `max` bytes: names without values. */
const manyNames = (claim, max) => `${claim}&${shortNames(max - claim.length - 1)}`;
/** The same, as long ones as there is room for. */
const manyLong = (claim, max) => `${claim}&${longValues(max - claim.length - 1, PARAMETERS_MAX - claim.split("&").length)}`;

const inQuery = (host, query) => httpRequest(`/?${query}`, [["host", host]], "");
const inForm = (host, form) => httpRequest("/", [["host", host], ["content-type", FORM]], form);

/** The request with a signature that is none of its sender's. */
function spoilt(request) {
  const text = request.toString("latin1").replace(/Signature=[0-9a-f]{64}/, `Signature=${"0".repeat(64)}`);
  return Buffer.from(text, "latin1");
}

/** JSON that is as long as may be and falls into as many lists as it can, which cost the most to read. */
const manyLists = () => `{"a":[${"[0],".repeat(BODY_MAX / 4 - 10)}0]}`;

/**
 * @param {{ host: string, region: string, credentials: { accessKeyId: string, accessKeySecret: string } }} target
 * @returns {{ dialect: "alibaba" | "aws", name: string, request: Buffer }[]}
 */
export function unsignedRequests(target) {
  const { host, credentials } = target;
  const known = rpcClaim(credentials.accessKeyId);
  const unknown = rpcClaim("nobody");
  const stranger = { ...target, credentials: { ...credentials, accessKeyId: "nobody" } };
  const signedForm = acs3Requests(target, "Encrypt", { KeyId: "(".repeat(BODY_MAX / 3 - 10) });
  const aws = (who, body) => spoilt(sigv4Requests(who, "Encrypt", body)());
  const alibaba = [
    ["short names in the query, no access key", inQuery(host, shortNames(QUERY_MAX))],
    ["short names in a form, no access key", inForm(host, shortNames(BODY_MAX))],
    ["short names in the query, unknown access key", inQuery(host, manyNames(unknown, QUERY_MAX))],
    ["short names in a form, unknown access key", inForm(host, manyNames(unknown, BODY_MAX))],
    ["short names in the query, wrong signature", inQuery(host, manyNames(known, QUERY_MAX))],
    ["short names in a form, wrong signature", inForm(host, manyNames(known, BODY_MAX))],
    ["256 long values in the query, wrong signature", inQuery(host, manyLong(known, QUERY_MAX))],
    ["256 long values in a form, wrong signature", inForm(host, manyLong(known, BODY_MAX))],
    ["256 long values in a form, a header that names no access key", httpRequest(
      "/",
      [["host", host], ["content-type", FORM], ["authorization", "ACS3-HMAC-SHA256 Signature=x"]],
      manyLong("a=b", BODY_MAX),
    )],
    ["one long value, ACS3, wrong signature", spoilt(signedForm())],
  ];
  const json = manyLists();
  const ofAws = [
    ["32,000 lists, unknown access key", aws(stranger, json)],
    ["32,000 lists, wrong signature", aws(target, json)],
    ["one long text, wrong signature", aws(target, JSON.stringify({ a: "x".repeat(BODY_MAX - 10) }))],
  ];
  const of = (dialect) => ([name, request]) => ({ dialect, name, request });
  return [...alibaba.map(of("alibaba")), ...ofAws.map(of("aws"))];
}
