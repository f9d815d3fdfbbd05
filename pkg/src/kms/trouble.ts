// SPDX-License-Identifier: Apache-2.0
/**
 * What to do about a call that failed: mend it, or say what its user can do, where the client knows more than
 * the server says. Loaded after such a failure; code, status and request id stay those of the failure itself.
 */

import type { Credentials } from "../credentials/source.js";
import type { EdgekmsError } from "../errors.js";
import { WITHOUT_ALIAS } from "../generated/no-alias.js";
import type { Field } from "./fields.js";
import { nearest } from "./nearest.js";
import type { Answer } from "./transport.js";

export { mend } from "./mend.js";

/** The call that failed. */
export interface Failed {
  /** Its action, by its name on the wire. */
  action: string;
  fields: Field[];
  credentials?: Credentials | undefined;
  region: string | undefined;
  origin: string;
  /** One attempt of another call with the same credentials. */
  call(action: string, fields: Field[], signal: AbortSignal): Promise<Answer>;
}

/** An error waits no longer than this for what there is to say of it. */
const EXPLAINED_WITHIN_MILLIS = 2_000;

/**
 * The failure in words that say what to do; as it was, if there are none, or finding them fails or takes long.
 */
export async function explained(
  error: EdgekmsError,
  failed: Failed,
  signal: AbortSignal | undefined,
): Promise<EdgekmsError> {
  const limit = AbortSignal.timeout(EXPLAINED_WITHIN_MILLIS);
  const ends = [limit, ...(signal ? [signal] : [])].map(
    (end) => new Promise<undefined>((resolve) => end.addEventListener("abort", () => resolve(undefined))),
  );
  const explaining = explanation(error, failed, limit).catch(() => undefined);
  const text = signal?.aborted ? undefined : await Promise.race([explaining, ...ends]);
  // Of its own class, which this part does not import: a bundler would split it off for that.
  const { constructor } = error as { constructor: unknown };
  return text === undefined ? error : new (constructor as typeof EdgekmsError)(error.code, text, error);
}

async function explanation(
  error: EdgekmsError,
  failed: Failed,
  limit: AbortSignal,
): Promise<string | undefined> {
  switch (error.code) {
    case "NetworkFault":
      return networkText(error);
    case "SignatureDoesNotMatch":
    case "InvalidSignatureException":
      return failed.credentials && signatureText(error, failed.credentials);
    case "InvalidAccessKeyId.NotFound":
    case "UnrecognizedClientException":
      return failed.credentials && accessKeyText(error, failed.credentials, failed.origin);
    case "Forbidden.AliasNotFound":
    case "NotFoundException":
      return aliasText(error, failed, limit);
    default:
      return undefined;
  }
}

/** Remedies by the codes of Node and its OpenSSL, of which Deno and Bun have some. */
const NETWORK: readonly (readonly [codes: RegExp, remedy: string])[] = [
  [/^(ECONNREFUSED|ConnectionRefused)$/, "nothing listens there; is the server running, and is it this port?"],
  [/^(ENOTFOUND|EAI_AGAIN|EAI_NODATA|DNS\w*)$/, "the host's name is not known; check the endpoint's spelling, and DNS"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "the connection broke before the answer"],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/, "the host cannot be reached; a firewall, or no network?"],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, "the server's certificate is not valid at this time; is this machine's clock right?"],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, "the server's certificate is for another host name"],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_UNTRUSTED/,
    "nobody whom this program trusts signed the server's certificate; for a CA of your own, set NODE_EXTRA_CA_CERTS",
  ],
  [/^(ERR_SSL_\w+|EPROTO)$/, "what listens there does not speak TLS; is it http://, or another port?"],
];

function networkText({ message, cause }: EdgekmsError): string {
  const code = systemCode(cause);
  // Deno has no codes, but says in its messages what it was.
  if (code === undefined) return `${message}: ${cause instanceof Error ? cause.message : "fetch failed"}`;
  const remedy = NETWORK.find(([codes]) => codes.test(code))?.[1];
  return `${message}: ${code}${remedy === undefined ? "" : ` (${remedy})`}`;
}

/** The first `code` that is a text, of an error and its causes: Node has it one or two below. */
function systemCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    const { code, errors, cause } = at as { code?: unknown; errors?: unknown[]; cause?: unknown };
    if (typeof code === "string") return code;
    at = cause ?? errors?.[0];
  }
  return undefined;
}

function signatureText(error: EdgekmsError, { accessKeyId, accessKeySecret }: Credentials): string {
  // What is around a secret is no part of it, so it may be told.
  const isQuoted = /^\s|\s$|^["'].*["']$/.test(accessKeySecret);
  const check = isQuoted
    ? "it has quotes or white space around it"
    : "copy it again, and look which of several keys it belongs to";
  return `accessKeySecret is not the secret of access key ${accessKeyId}: ${check}. The service said: ${error.message}`;
}

function accessKeyText(error: EdgekmsError, { accessKeyId }: Credentials, origin: string): string {
  return `${origin} has no access key ${accessKeyId}: is it one of another account or deployment, or deleted? The service said: ${error.message}`;
}

/** Most aliases that are looked at. */
const LISTED = 100;

/** An alias of the region, as far as the service tells. */
interface Alias {
  name: string;
  arn: unknown;
  keyId: string | undefined;
}

/** Names the alias, and one that is like it, if the caller may list aliases. */
async function aliasText(
  error: EdgekmsError,
  failed: Failed,
  limit: AbortSignal,
): Promise<string | undefined> {
  const misplaced = WITHOUT_ALIAS.includes(failed.action)
    ? failed.fields.find(([name, value]) => name.endsWith("KeyId") && aliasIn(value) !== undefined)?.[1]
    : undefined;
  const alias = aliasIn(misplaced) ?? failed.fields.map(([, value]) => aliasIn(value)).find((name) => name !== undefined);
  if (alias === undefined) return undefined;
  const known = await aliases(error, failed, limit).catch(() => []);
  if (misplaced !== undefined) {
    const keyId = known.find(({ name, arn }) => name === misplaced || arn === misplaced)?.keyId;
    const whose = keyId === undefined ? "" : `; ${alias} is of the key ${keyId}`;
    return `${failed.action} takes the id or the ARN of a key, and no alias${whose}. The service said: ${error.message}`;
  }
  const place = failed.region === undefined ? "" : ` in ${failed.region}`;
  const likely = nearest(alias, known.map(({ name }) => name));
  const then = likely === undefined ? "; the" : `; did you mean ${likely}? The`;
  return `there is no ${alias}${place}${then} service said: ${error.message}`;
}

/** `alias/photos`, of itself or of its ARN. */
function aliasIn(value: unknown): string | undefined {
  return typeof value === "string" ? /(?:^|:)(alias\/.+)$/.exec(value)?.[1] : undefined;
}

/** Some of the region's aliases, in either dialect; none where the caller may not see them. */
async function aliases({ code }: EdgekmsError, { call }: Failed, limit: AbortSignal): Promise<Alias[]> {
  const count = code === "NotFoundException" ? "Limit" : "PageSize";
  const answer = await call("ListAliases", [[count, LISTED]], limit);
  const { Aliases: told } = answer.body;
  if (typeof told !== "object" || told === null) return [];
  const rows = Object.values(told).flat() as ({ [field: string]: unknown } | null)[];
  const found: Alias[] = [];
  for (const { AliasName: name, AliasArn: arn, KeyId, TargetKeyId } of rows.filter((row) => row !== null)) {
    const keyId = TargetKeyId ?? KeyId;
    if (typeof name === "string") found.push({ name, arn, keyId: typeof keyId === "string" ? keyId : undefined });
  }
  return found;
}
