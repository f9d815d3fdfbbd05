// SPDX-License-Identifier: Apache-2.0
/** What an error of the server shows to be wrong on our side, and can be put right at once. */

import type { Credentials, CredentialSource } from "../credentials/source.js";
import type { EdgekmsError } from "../errors.js";
import type { Answer } from "./transport.js";

/** What of a caller can be mended. */
export interface Mendable {
  /** Server's clock minus ours, in milliseconds. */
  clockOffset: number;
  readonly credentials: CredentialSource | undefined;
}

/** What was mended in one call: nothing is twice. */
export interface Mended {
  credentials?: true;
  clock?: true;
}

/** Both dialects' codes of a security token that has expired. */
const TOKEN_EXPIRED = ["InvalidSecurityToken.Expired", "ExpiredTokenException"];

/**
 * Codes that a clock which is off can cause, if it is off by more than so many milliseconds. With AWS a wrong
 * secret has the same code, so it is the server's clock that must say it: its window is 5 minutes.
 */
const CLOCK_IS_OFF: Readonly<Record<string, number>> = {
  "InvalidTimeStamp.Expired": 0,
  InvalidSignatureException: 5 * 60_000,
  RequestExpired: 5 * 60_000,
};

/** True if the same call may now succeed. */
export function mend(
  caller: Mendable,
  { code }: EdgekmsError,
  { headers }: Answer,
  used: Credentials | undefined,
  mended: Mended,
): boolean {
  if (TOKEN_EXPIRED.includes(code) && used !== undefined && !mended.credentials) {
    mended.credentials = true;
    return caller.credentials?.expire(used) === true;
  }
  const beyond = Object.hasOwn(CLOCK_IS_OFF, code) ? CLOCK_IS_OFF[code] : undefined;
  if (beyond === undefined || mended.clock) return false;
  mended.clock = true;
  const offset = Date.parse(headers.get("date") ?? "") - Date.now();
  if (!(Math.abs(offset - caller.clockOffset) > beyond)) return false;
  caller.clockOffset = offset;
  return true;
}
