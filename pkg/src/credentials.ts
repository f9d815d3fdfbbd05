// SPDX-License-Identifier: Apache-2.0
/** Access keys: fixed ones, or temporary ones from a function, fetched once and renewed in time. */

import { checkedText, EdgekmsError, invalidArgument } from "./errors.js";

/** An access key; with a security token if it is a temporary one. */
export interface Credentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
  /** When a temporary key ends. Without it, a key is used until the server says it has expired. */
  expiration?: Date | string | number;
}

/** Fetches temporary credentials, for example from your own back end. */
export type CredentialsProvider = () => Promise<Credentials>;

/** A key is renewed this long before its end, or after nine tenths of its life if that is later. */
const RENEW_BEFORE_MILLIS = 5 * 60_000;

/** The credentials of one client. Its fields are private: printing a client shows no secret. */
export class CredentialSource {
  readonly #provider: CredentialsProvider | undefined;
  #current: Credentials | undefined;
  #renewAt = Number.POSITIVE_INFINITY;
  #fetching: Promise<Credentials> | undefined;

  constructor(credentials: Credentials | CredentialsProvider) {
    if (typeof credentials === "function") this.#provider = credentials;
    else this.#current = checked(credentials);
  }

  /** The credentials to use now. Many callers at once cause one fetch. */
  async current(): Promise<Credentials> {
    if (this.#current !== undefined && Date.now() < this.#renewAt) return this.#current;
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  /** The server calls these expired: fetches others next time. False where there are no others. */
  expire(used: Credentials): boolean {
    if (this.#provider === undefined) return false;
    if (this.#current === used) this.#current = undefined;
    return true;
  }

  async #fetch(): Promise<Credentials> {
    let credentials: Credentials;
    try {
      credentials = checked(await (this.#provider as CredentialsProvider)());
    } catch (cause) {
      throw new EdgekmsError("CredentialsUnavailable", "the credentials function failed", { cause });
    }
    this.#renewAt = renewalTime(credentials.expiration);
    this.#current = credentials;
    return credentials;
  }
}

/** A copy with just the known fields, so that a caller's later change has no effect. */
function checked(credentials: Credentials): Credentials {
  const { accessKeyId, accessKeySecret, securityToken, expiration } = credentials ?? {};
  const copy: Credentials = {
    accessKeyId: checkedText(accessKeyId, "credentials.accessKeyId"),
    accessKeySecret: checkedText(accessKeySecret, "credentials.accessKeySecret"),
  };
  // Some credential stores write an empty token for "none".
  if (securityToken !== undefined && securityToken !== "") {
    copy.securityToken = checkedText(securityToken, "credentials.securityToken");
  }
  if (expiration !== undefined) copy.expiration = expiration;
  return copy;
}

/** Milliseconds since 1970 from which on new credentials are wanted. */
function renewalTime(expiration: Credentials["expiration"]): number {
  if (expiration === undefined) return Number.POSITIVE_INFINITY;
  const end = new Date(expiration).getTime();
  if (Number.isNaN(end)) throw invalidArgument("credentials.expiration is not a date");
  const left = end - Date.now();
  return end - Math.min(RENEW_BEFORE_MILLIS, left / 10);
}
