// SPDX-License-Identifier: Apache-2.0
/** Access keys: fixed ones, or temporary ones from a function, fetched once and renewed in time. */

import { checkedHeader, checkedText, EdgekmsError, invalidArgument } from "../errors.js";
import { runtime } from "../runtime.js";

/** An access key; with a security token if it is a temporary one. */
export interface Credentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
  /**
   * When a temporary key ends: a `Date`, a text that `Date` reads, or milliseconds since 1970. Without it,
   * or if it is past when the key comes (one of the two clocks is wrong), a key is used until the server
   * says it has expired.
   */
  expiration?: Date | string | number;
}

/**
 * Fetches credentials: your own function, which may ask your back end, or what `assumeRole` and
 * `assumeRoleWithOidc` give. A client calls it once for many callers, and again before `expiration`.
 */
export type CredentialsProvider = () => Promise<Credentials>;

/** A key is renewed at most this long before its end, or in the last fifth of its life if that is shorter. */
const MARGIN_MILLIS = 5 * 60_000;
/** While the old key is good, a call waits no longer than this for the new one. */
const PATIENCE_MILLIS = 1_000;
/** While the old key is good, a renewal that failed is not tried again for this long. */
const PAUSE_MILLIS = 1_000;

/** A key in use. Times are those of `Date.now()`. */
interface Held {
  readonly credentials: Credentials;
  readonly renewAt: number;
  readonly endsAt: number;
}

/** What a renewal came to. It never rejects, so that nobody has to be there to hear it. */
type Outcome = { held: Held } | { error: unknown };

interface Renewal {
  readonly began: number;
  readonly outcome: Promise<Outcome>;
}

/** The sources behind providers that may be given to several clients. */
const SHARED = new WeakMap<CredentialsProvider, CredentialSource>();

/**
 * A provider whose credentials all its clients share. Only for what gives the same credentials to whoever
 * calls: a user's own function may know, by means that we do not see, for whom it is called.
 */
export function sharedProvider(fetch: CredentialsProvider): CredentialsProvider {
  const source = new CredentialSource(fetch);
  const provider = async () => ({ ...(await source.current()) });
  SHARED.set(provider, source);
  return provider;
}

/** Credentials and when to have others. Its fields are private: printing a client shows no secret. */
export class CredentialSource {
  readonly #provider: CredentialsProvider | undefined;
  #held: Held | undefined;
  #renewal: Renewal | undefined;
  #pausedUntil = 0;

  constructor(credentials: Credentials | CredentialsProvider) {
    if (typeof credentials === "function") this.#provider = credentials;
    else this.#held = { credentials: checked(credentials), renewAt: Infinity, endsAt: Infinity };
  }

  /** The source of what a user gave: a shared one, if it is that. */
  static of(credentials: Credentials | CredentialsProvider): CredentialSource {
    const shared = typeof credentials === "function" ? SHARED.get(credentials) : undefined;
    return shared ?? new CredentialSource(credentials);
  }

  /**
   * The credentials to use now. Many callers at once cause one fetch, which belongs to none of them: a
   * caller who does not wait for it any more leaves it to the others. In a key's last minutes a fetch that
   * fails or takes long keeps nobody: the old key is good, and a later call tries again.
   */
  async current(): Promise<Credentials> {
    for (;;) {
      const now = Date.now();
      const held = this.#held;
      if (held !== undefined && now < held.renewAt) return held.credentials;
      const spare = held !== undefined && now < held.endsAt ? held.credentials : undefined;
      if (spare !== undefined && now < this.#pausedUntil) return spare;
      const orphaned = runtime().orphanedAfterMillis ?? Infinity;
      if (this.#renewal !== undefined && now - this.#renewal.began >= orphaned) this.#renewal = undefined;
      const renewal = (this.#renewal ??= this.#renew());
      const patience = spare === undefined ? orphaned : Math.min(PATIENCE_MILLIS, orphaned);
      const outcome = await within(renewal.outcome, renewal.began + patience - now);
      if (outcome !== undefined && "held" in outcome) return outcome.held.credentials;
      if (spare !== undefined) return spare;
      if (outcome !== undefined) throw outcome.error;
    }
  }

  /** The server calls these expired: fetches others next time. False where there are no others. */
  expire(used: Credentials): boolean {
    if (this.#provider === undefined) return false;
    if (this.#held?.credentials === used) this.#held = undefined;
    return true;
  }

  #renew(): Renewal {
    const settle = (outcome: Outcome): Outcome => {
      if (this.#renewal === renewal) this.#renewal = undefined;
      if ("held" in outcome) this.#held = outcome.held;
      else this.#pausedUntil = Date.now() + PAUSE_MILLIS;
      return outcome;
    };
    const outcome = this.#fetch().then(
      (held) => settle({ held }),
      (error: unknown) => settle({ error }),
    );
    const renewal: Renewal = { began: Date.now(), outcome };
    return renewal;
  }

  async #fetch(): Promise<Held> {
    try {
      const credentials = checked(await (this.#provider as CredentialsProvider)());
      return { credentials, ...life(credentials.expiration) };
    } catch (cause) {
      const code = cause instanceof EdgekmsError ? ` (${cause.code})` : "";
      throw new EdgekmsError("CredentialsUnavailable", `the credentials function failed${code}`, { cause });
    }
  }
}

/** A copy with just the known fields, so that a caller's later change has no effect. */
function checked(credentials: Credentials): Credentials {
  const { accessKeyId, accessKeySecret, securityToken, expiration } = credentials ?? {};
  const copy: Credentials = {
    accessKeyId: checkedHeader(accessKeyId, "credentials.accessKeyId"),
    accessKeySecret: checkedText(accessKeySecret, "credentials.accessKeySecret"),
  };
  // Some credential stores write an empty token for "none".
  if (securityToken !== undefined && securityToken !== "") {
    copy.securityToken = checkedHeader(securityToken, "credentials.securityToken");
  }
  if (expiration !== undefined) copy.expiration = expiration;
  return copy;
}

/** When a key that has just come is to be renewed, and when it ends. */
function life(expiration: Credentials["expiration"]): Pick<Held, "renewAt" | "endsAt"> {
  const endsAt = expiration === undefined ? Infinity : new Date(expiration).getTime();
  if (Number.isNaN(endsAt)) throw invalidArgument("credentials.expiration is not a date");
  const left = endsAt - Date.now();
  // By a clock that is wrong every key would be over, and each call would fetch another.
  if (!(left > 0) || left === Infinity) return { renewAt: Infinity, endsAt: Infinity };
  // Jitter: programs that were started together do not come back together.
  const margin = Math.min(MARGIN_MILLIS, left / 5) * (0.5 + Math.random() / 2);
  return { renewAt: endsAt - margin, endsAt };
}

/** What the work comes to, or undefined if it takes longer. Each waiter has a timer of its own. */
async function within<T>(work: Promise<T>, millis: number): Promise<T | undefined> {
  if (millis === Infinity) return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, millis));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
