// SPDX-License-Identifier: Apache-2.0
/** The client of the KMS API: typed actions, signed in Rust, sent by `fetch`, retried with care. */

import { type Action, ACTIONS, fromAnswer, toParameters } from "./actions.js";
import type { SignedRequest } from "./bindings.js";
import { CredentialSource, type Credentials, type CredentialsProvider } from "./credentials.js";
import { checkedText, EdgekmsError, invalidArgument } from "./errors.js";
import { type Keyring, discoveryKeyring, kmsKeyring } from "./keyrings.js";
import { KmsKeyService } from "./kms-port.js";
import type * as kms from "./kms-types.js";
import { askedDelay, orAborted, pause, retryDelay } from "./retry.js";
import { runtime } from "./runtime.js";
import { type Answer, type Fetch, send } from "./transport.js";

/** Version of the API that is spoken. */
const API_VERSION = "2016-01-20";
const DEFAULT_TIMEOUT_MILLIS = 10_000;
const DEFAULT_ATTEMPTS = 4;

/** How to reach a KMS. */
export interface KmsClientOptions {
  /** For example `https://kms.example.com`. */
  endpoint: string | URL;
  /** The server's default region if left out. */
  region?: string;
  credentials: Credentials | CredentialsProvider;
  /** For each attempt. Default 10,000. */
  timeoutMs?: number;
  /** With the first one. Default 4. */
  maxAttempts?: number;
  /** Instead of the runtime's own. */
  fetch?: Fetch;
}

/** What every call takes besides its request. */
export interface CallOptions {
  /** Ends the call, waits included; it then fails with the signal's reason. */
  signal?: AbortSignal;
}

/** A client of one endpoint and region. Safe to share; it holds no connection. */
export class KmsClient {
  readonly #origin: string;
  readonly #host: string;
  readonly #region: string | undefined = undefined;
  readonly #credentials: CredentialSource;
  readonly #timeoutMs: number;
  readonly #maxAttempts: number;
  readonly #fetch: Fetch;
  readonly #keyService = new KmsKeyService(this);
  /** Server's clock minus ours, learnt from an `InvalidTimeStamp.Expired`. */
  #clockOffsetMillis = 0;

  constructor(options: KmsClientOptions) {
    const url = originOf(options.endpoint);
    this.#origin = url.origin;
    this.#host = url.host;
    if (options.region !== undefined) this.#region = checkedText(options.region, "region");
    this.#credentials = new CredentialSource(options.credentials);
    this.#timeoutMs = positive(options.timeoutMs ?? DEFAULT_TIMEOUT_MILLIS, "timeoutMs");
    this.#maxAttempts = positive(options.maxAttempts ?? DEFAULT_ATTEMPTS, "maxAttempts");
    // Called as a plain function: browsers and workerd refuse `fetch` with another `this`.
    this.#fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  /** Makes a CMK. Never sent twice unless the server refused it: see `NetworkFault`. */
  createKey(request: kms.CreateKeyRequest = {}, options?: CallOptions): Promise<kms.KeyAnswer> {
    return this.#call(ACTIONS.createKey, request, options);
  }

  /** What the service knows about a CMK. */
  describeKey(request: kms.KeyReference, options?: CallOptions): Promise<kms.KeyAnswer> {
    return this.#call(ACTIONS.describeKey, request, options);
  }

  /** One page of the CMKs. */
  listKeys(request: kms.ListKeysRequest = {}, options?: CallOptions): Promise<kms.ListKeysAnswer> {
    return this.#call(ACTIONS.listKeys, request, options);
  }

  /** Sets or clears the description. */
  updateKeyDescription(
    request: kms.UpdateKeyDescriptionRequest,
    options?: CallOptions,
  ): Promise<kms.Answered> {
    return this.#call(ACTIONS.updateKeyDescription, request, options);
  }

  /** Lets a CMK be used. */
  enableKey(request: kms.KeyReference, options?: CallOptions): Promise<kms.Answered> {
    return this.#call(ACTIONS.enableKey, request, options);
  }

  /** Stops every use of a CMK. */
  disableKey(request: kms.KeyReference, options?: CallOptions): Promise<kms.Answered> {
    return this.#call(ACTIONS.disableKey, request, options);
  }

  /**
   * Stops every use of a CMK and deletes it after 7 to 366 days. Whatever is still encrypted under
   * it is then lost for good; until then `cancelKeyDeletion` saves it.
   */
  scheduleKeyDeletion(
    request: kms.ScheduleKeyDeletionRequest,
    options?: CallOptions,
  ): Promise<kms.Answered> {
    return this.#call(ACTIONS.scheduleKeyDeletion, request, options);
  }

  /** Keeps a CMK that waits for its deletion, and lets it be used. */
  cancelKeyDeletion(request: kms.KeyReference, options?: CallOptions): Promise<kms.Answered> {
    return this.#call(ACTIONS.cancelKeyDeletion, request, options);
  }

  /** Gives a CMK another name. */
  createAlias(request: kms.CreateAliasRequest, options?: CallOptions): Promise<kms.Answered> {
    return this.#call(ACTIONS.createAlias, request, options);
  }

  /** Moves a name to this CMK; what was encrypted under the old one stays under it. */
  updateAlias(request: kms.UpdateAliasRequest, options?: CallOptions): Promise<kms.Answered> {
    return this.#call(ACTIONS.updateAlias, request, options);
  }

  /** Removes a name; the CMK stays. */
  deleteAlias(request: kms.DeleteAliasRequest, options?: CallOptions): Promise<kms.Answered> {
    return this.#call(ACTIONS.deleteAlias, request, options);
  }

  /** One page of the aliases. */
  listAliases(
    request: kms.PageRequest = {},
    options?: CallOptions,
  ): Promise<kms.ListAliasesAnswer> {
    return this.#call(ACTIONS.listAliases, request, options);
  }

  /** Encrypts a small value in the service. */
  encrypt(request: kms.EncryptRequest, options?: CallOptions): Promise<kms.EncryptAnswer> {
    return this.#call(ACTIONS.encrypt, request, options);
  }

  /** Opens a `CiphertextBlob`; the service finds the key from the blob. */
  decrypt(request: kms.DecryptRequest, options?: CallOptions): Promise<kms.DecryptAnswer> {
    return this.#call(ACTIONS.decrypt, request, options);
  }

  /** A fresh data key, in clear and wrapped. */
  generateDataKey(
    request: kms.GenerateDataKeyRequest,
    options?: CallOptions,
  ): Promise<kms.GenerateDataKeyAnswer> {
    return this.#call(ACTIONS.generateDataKey, request, options);
  }

  /** A fresh data key, wrapped only. */
  generateDataKeyWithoutPlaintext(
    request: kms.GenerateDataKeyRequest,
    options?: CallOptions,
  ): Promise<kms.EncryptAnswer> {
    return this.#call(ACTIONS.generateDataKeyWithoutPlaintext, request, options);
  }

  /** The regions of the service. */
  describeRegions(options?: CallOptions): Promise<kms.DescribeRegionsAnswer>;
  describeRegions(request: object, options?: CallOptions): Promise<kms.DescribeRegionsAnswer>;
  describeRegions(first: object = {}, second?: CallOptions): Promise<kms.DescribeRegionsAnswer> {
    const options = second ?? ("signal" in first ? (first as CallOptions) : undefined);
    return this.#call(ACTIONS.describeRegions, {}, options);
  }

  /**
   * A keyring that wraps data keys under this CMK (id, alias or ARN), and under the additional ones.
   * It opens only messages that name one of them.
   */
  keyring(keyId: string, options: { additionalKeyIds?: readonly string[] } = {}): Keyring {
    return kmsKeyring(this.#keyService, keyId, options.additionalKeyIds ?? []);
  }

  /** A keyring that opens messages of any CMK that the service lets it use; it seals none. */
  discoveryKeyring(options: { accountIds?: readonly string[] } = {}): Keyring {
    return discoveryKeyring(this.#keyService, options.accountIds ?? []);
  }

  /** All attempts of one call. */
  async #call<T>(action: Action, request: object, options: CallOptions = {}): Promise<T> {
    const parameters = toParameters(request);
    if (this.#region !== undefined) parameters.push(["RegionId", this.#region]);
    const corrected = { credentials: false, clock: false };
    for (let attempt = 1; ; ) {
      let answer: Answer | undefined;
      try {
        const credentials = await orAborted(this.#credentials.current(), options.signal);
        const signed = await this.#sign(action, parameters, credentials);
        const limits = { timeoutMs: this.#timeoutMs, signal: options.signal };
        answer = await send(this.#fetch, this.#origin, signed, limits);
        const error = errorOf(answer);
        if (error === undefined) return fromAnswer(answer.body) as T;
        if (this.#correct(error, answer, credentials, corrected)) continue;
        throw error;
      } catch (error) {
        if (attempt >= this.#maxAttempts) throw error;
        const asked = answer && askedDelay(answer.headers);
        const delay = retryDelay(error, attempt, action.repeatable, asked);
        if (delay === undefined) throw error;
        await pause(delay, options.signal);
        attempt += 1;
      }
    }
  }

  /** Signs with a fresh nonce and the server's time, for this attempt only. */
  async #sign(
    action: Action,
    params: [string, string][],
    { accessKeyId, accessKeySecret, securityToken }: Credentials,
  ): Promise<SignedRequest> {
    const { signRequest } = await runtime().bindings();
    const now = new Date(Date.now() + this.#clockOffsetMillis);
    return signRequest({
      method: "POST",
      host: this.#host,
      action: action.name,
      version: API_VERSION,
      params,
      accessKeyId,
      accessKeySecret,
      ...(securityToken === undefined ? {} : { securityToken }),
      date: now.toISOString().replace(/\.\d+Z$/, "Z"),
      nonce: crypto.randomUUID(),
    });
  }

  /** Mends what an error shows to be wrong on our side, once each; true if it did. */
  #correct(
    error: EdgekmsError,
    answer: Answer,
    used: Credentials,
    corrected: { credentials: boolean; clock: boolean },
  ): boolean {
    if (error.code === "InvalidSecurityToken.Expired" && !corrected.credentials) {
      corrected.credentials = true;
      return this.#credentials.expire(used);
    }
    if (error.code === "InvalidTimeStamp.Expired" && !corrected.clock) {
      corrected.clock = true;
      const serverMillis = Date.parse(answer.headers.get("date") ?? "");
      if (Number.isNaN(serverMillis)) return false;
      this.#clockOffsetMillis = serverMillis - Date.now();
      return true;
    }
    return false;
  }
}

/** The server's error, if the answer is one. */
function errorOf({ status, body }: Answer): EdgekmsError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const { Code: code, Message: message, RequestId: requestId } = body;
  if (typeof code !== "string") {
    const text = `the answer (status ${status}) has no Code; is \`endpoint\` a KMS?`;
    return new EdgekmsError("InvalidAnswer", text, { status });
  }
  return new EdgekmsError(code, typeof message === "string" ? message : code, {
    status,
    requestId: typeof requestId === "string" ? requestId : undefined,
  });
}

function originOf(endpoint: string | URL): URL {
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch {
    throw invalidArgument("endpoint must be a URL, for example https://kms.example.com");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalidArgument("endpoint must begin with https:// or http://");
  }
  if (url.pathname !== "/" || url.search !== "" || url.username !== "" || url.password !== "") {
    throw invalidArgument("endpoint must be only scheme, host and port");
  }
  return url;
}

function positive(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 1) {
    throw invalidArgument(`${name} must be a whole number of at least 1`);
  }
  return value;
}
