// SPDX-License-Identifier: Apache-2.0
/** Who asks, and whether the KMS lets them. */

import type { Reach } from "../client.js";
import type { KmsClient, RootKeyRow } from "../../entrypoints/node.js";
import type { WireCall } from "../../entrypoints/management.js";
import { told } from "../failure.js";
import { check, type Finding } from "./finding.js";

/** Who the credentials are of. */
export async function credentialsFinding(call: WireCall, from: string): Promise<Finding> {
  const { ok } = check("credentials");
  try {
    const { Arn } = await call<{ Arn: string }>("GetCallerIdentity");
    return ok(`${Arn}, of ${from}`);
  } catch (error) {
    return failure("credentials", error, `The access key is that of ${from}.`);
  }
}

/** Whether the region is one that is served, and has the caller's keys. */
export async function regionFinding(kms: KmsClient, region: string | undefined, from: string | undefined): Promise<Finding> {
  const { ok } = check("region");
  try {
    const { totalCount } = await kms.listKeys({ pageSize: 1 });
    const name = region === undefined ? "the service's default" : `${region}, of ${from}`;
    return ok(`${name}: ${totalCount} ${totalCount === 1 ? "key" : "keys"}`);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (/NoPermission/.test(String(code))) {
      return check("region").skipped("whoever asks may not list keys", "That need not be wrong: a user may do what it needs and no more.");
    }
    return failure("region", error, "--region names another.");
  }
}

/** The root keys, which the operator alone may look at. */
export async function rootKeysFindings(operator: KmsClient | undefined): Promise<Finding[]> {
  const { ok, warning, failed, skipped } = check("root keys");
  if (operator === undefined) {
    return [skipped("not known without the operator's access key", "Set EDGEKMS_OPERATOR_ACCESS_KEY_ID and EDGEKMS_OPERATOR_ACCESS_KEY_SECRET.")];
  }
  try {
    const { rootKeys, rewrap } = await operator.describeRootKeys();
    const missing = rootKeys.filter(({ listed, references }) => !listed && references > 0);
    const old = rootKeys.filter(({ current, references }) => !current && references > 0);
    const names = (rows: readonly RootKeyRow[]) => rows.map(({ rootKeyVersion }) => rootKeyVersion).join(", ");
    const found: Finding[] = [];
    if (missing.length > 0) {
      found.push(failed(`ROOT_KEYS does not hold ${names(missing)}, under which keys are wrapped`, "Put it back from the recovery file: without it these keys cannot be used."));
    }
    if (rewrap !== undefined && rewrap.left > 0) {
      found.push(failed(`${rewrap.left} key versions do not unwrap`, "Is the root key version that their records name in ROOT_KEYS?"));
    }
    if (old.length > 0) {
      found.push(warning(`keys are still wrapped under ${names(old)}`, "Call RewrapKeys in each region, and RewrapAccount (docs/operations.md, Root keys)."));
    }
    return found.length > 0 ? found : [ok(`version ${names(rootKeys.filter(({ current }) => current))} wraps everything`)];
  } catch (error) {
    return [failure("root keys", error, "The operator's access key is that of the deployment's settings.")];
  }
}

function failure(name: string, error: unknown, more: string): Finding {
  const { what, remedy } = told(error);
  return check(name).failed(what, remedy === undefined ? more : `${remedy} ${more}`);
}

/** What the checks ask with. */
export interface Callers {
  readonly call: WireCall;
  readonly kms: KmsClient;
}

/** Clients that try once: a doctor does not wait for better times. */
export async function callersOf(reach: Reach): Promise<Callers> {
  const [{ wireCalls }, { clientOf }] = await Promise.all([import("../../entrypoints/management.js"), import("../client.js")]);
  const once = { ...reach, maxAttempts: 1 };
  return { call: wireCalls(once), kms: await clientOf(once) };
}
