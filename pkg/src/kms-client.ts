// SPDX-License-Identifier: Apache-2.0
/** The client of the KMS API: typed actions, signed in Rust, sent by `fetch`, retried with care. */

import { aliyun } from "./aliyun.js";
import {
  type AsymmetricClient,
  AsymmetricKeys,
  type KeyVersionOptions,
  type Signable,
  type SigningOptions,
} from "./asymmetric.js";
import { aws } from "./aws.js";
import type { SignedRequest } from "./bindings.js";
import type { Bytes } from "./bytes.js";
import type { CallOptions } from "./call-options.js";
import { CredentialSource, type Credentials, type CredentialsProvider } from "./credentials.js";
import type { ActionRow, Dialect, Protocol } from "./dialect.js";
import { checkedText, EdgekmsError, invalidArgument } from "./errors.js";
import { fromWire, toWire, wireName } from "./fields.js";
import type { Methods } from "./generated/methods.js";
import { ACTIONS } from "./generated/table.js";
import { type ImportClient, type ImportOptions, importKey } from "./import.js";
import { type Keyring, discoveryKeyring, kmsKeyring } from "./keyrings.js";
import { KmsKeyService } from "./kms-port.js";
import type { PublicKey } from "./public-key.js";
import { askedDelay, orAborted, pause, retryDelay } from "./retry.js";
import { runtime } from "./runtime.js";
import { type Answer, type Fetch, send } from "./transport.js";

const PROTOCOLS: Readonly<Record<Dialect, Protocol>> = { aliyun, aws };
const DEFAULT_TIMEOUT_MILLIS = 10_000;
const DEFAULT_ATTEMPTS = 4;

/** How to reach a KMS. */
export type KmsClientOptions<D extends Dialect = "aliyun"> = ReachOptions &
  RegionOptions<D> & {
    /** Whose protocol the endpoint speaks; edgekms speaks both. Default `aliyun`. */
    dialect?: D;
  };

/** How to reach a KMS, whatever its dialect. */
export interface ReachOptions {
  /** For example `https://kms.example.com`. Plain `http:` is for this machine alone: `http://127.0.0.1:8787`. */
  endpoint: string | URL;
  credentials: Credentials | CredentialsProvider;
  /** For each attempt. Default 10,000. */
  timeoutMs?: number;
  /** With the first one. Default 4. */
  maxAttempts?: number;
  /** Instead of the runtime's own. */
  fetch?: Fetch;
}

/** Signatures of AWS's dialect are for a region; in Alibaba's the server has a default one. */
export type RegionOptions<D extends Dialect> = D extends "aws"
  ? { region: string }
  : { region?: string };

export interface KmsClient<D extends Dialect = "aliyun"> extends Methods<D> {}

/**
 * A client of one endpoint and region. Safe to share; it holds no connection. It has a method for
 * each action, of which the table of actions says all that differs.
 */
export class KmsClient<D extends Dialect = "aliyun"> {
  readonly #protocol: Protocol;
  readonly #origin: string;
  readonly #host: string;
  readonly #region: string | undefined = undefined;
  readonly #credentials: CredentialSource;
  readonly #timeoutMs: number;
  readonly #maxAttempts: number;
  readonly #fetch: Fetch;
  readonly #keyService: KmsKeyService;
  readonly #asymmetric: AsymmetricKeys;
  /** Server's clock minus ours, learnt from an answer that called our time wrong. */
  #clockOffsetMillis = 0;

  static {
    for (const [name, row] of Object.entries(ACTIONS)) {
      const value = function (this: KmsClient, first?: object, second?: CallOptions) {
        const request = row.bare ? {} : (first ?? {});
        const options = row.bare && first && "signal" in first ? (first as CallOptions) : undefined;
        const action = (this.#protocol === aws && row.aws) || wireName(name);
        return this.#call(action, row, request, second ?? options);
      };
      Object.defineProperty(this.prototype, name, { value, writable: true, configurable: true });
    }
  }

  constructor(options: KmsClientOptions<D>) {
    const { dialect = "aliyun" } = options;
    if (!Object.hasOwn(PROTOCOLS, dialect)) throw invalidArgument("dialect must be aliyun or aws");
    this.#protocol = PROTOCOLS[dialect];
    const url = originOf(options.endpoint);
    this.#origin = url.origin;
    this.#host = url.host;
    if (options.region !== undefined || dialect === "aws") {
      this.#region = checkedText(options.region, "region");
    }
    this.#credentials = new CredentialSource(options.credentials);
    this.#timeoutMs = positive(options.timeoutMs ?? DEFAULT_TIMEOUT_MILLIS, "timeoutMs");
    this.#maxAttempts = positive(options.maxAttempts ?? DEFAULT_ATTEMPTS, "maxAttempts");
    // Called as a plain function: browsers and workerd refuse `fetch` with another `this`.
    this.#fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
    // What keyrings call is the same in every dialect.
    this.#keyService = new KmsKeyService(this as unknown as KmsClient, this.#protocol);
    this.#asymmetric = new AsymmetricKeys(this as unknown as AsymmetricClient, this.#protocol);
  }

  /**
   * A client of what the environment says: `EDGEKMS_ENDPOINT`, `EDGEKMS_REGION`, `EDGEKMS_ACCESS_KEY_ID`,
   * `EDGEKMS_ACCESS_KEY_SECRET` and, of a temporary key, `EDGEKMS_SECURITY_TOKEN`. Region and access key may
   * be those of Alibaba's SDKs (`ALIBABA_CLOUD_ACCESS_KEY_ID` and so on). What `options` has is not asked
   * for.
   *
   * ```js
   * const kms = KmsClient.fromEnv();
   * ```
   *
   * Node, Deno and Bun have environment variables; elsewhere, give the constructor its options.
   *
   * @throws EdgekmsError `InvalidArgument`, which names the variable that is missing.
   */
  static fromEnv<D extends Dialect = "aliyun">(
    options: Partial<KmsClientOptions<D>> = {},
  ): KmsClient<D> {
    const { settings } = runtime();
    if (settings === undefined) throw invalidArgument("fromEnv() is for Node; there is no environment here");
    // Last, as an option may be there and undefined.
    return new KmsClient({ ...options, ...settings(options) } as KmsClientOptions<D>);
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

  /**
   * Signs with the private key of an asymmetric CMK (id, alias or ARN). Only the message's digest
   * is sent. A signature of RSA is as long as the modulus, one of ECDSA is DER.
   *
   * ```js
   * const signature = await kms.sign("alias/invoices", message, { algorithm: "ECDSA_SHA_256" });
   * ```
   */
  sign(keyId: string, message: Signable, options: SigningOptions): Promise<Bytes> {
    return this.#asymmetric.sign(keyId, message, options);
  }

  /**
   * Whether the signature is one of this message under this CMK, as the service says. Whoever
   * verifies often asks `publicKey`.
   */
  verify(
    keyId: string,
    message: Signable,
    signature: Uint8Array,
    options: SigningOptions,
  ): Promise<boolean> {
    return this.#asymmetric.verify(keyId, message, signature, options);
  }

  /** The public key of an asymmetric CMK, which verifies and encrypts without a further call. */
  publicKey(keyId: string, options?: KeyVersionOptions): Promise<PublicKey> {
    return this.#asymmetric.publicKey(keyId, options);
  }

  /**
   * Gives a CMK of Origin EXTERNAL its material, wrapped here: the bytes of a symmetric key, PKCS#8 of a
   * private one. A CMK takes one material for ever, and that as often as it comes.
   *
   * ```js
   * const { keyMetadata } = await kms.createKey({ origin: "EXTERNAL" });
   * await kms.importKey(keyMetadata.keyId, material, { expires: new Date("2030-01-01") });
   * ```
   */
  importKey(keyId: string, material: Uint8Array, options?: ImportOptions): Promise<void> {
    return importKey(this as unknown as ImportClient, this.#protocol, keyId, material, options);
  }

  /** All attempts of one call. */
  async #call(name: string, row: ActionRow, request: object, options: CallOptions = {}) {
    const fields = toWire(request);
    const corrected = { credentials: false, clock: false };
    for (let attempt = 1; ; ) {
      let answer: Answer | undefined;
      try {
        const credentials = await orAborted(this.#credentials.current(), options.signal);
        const signed = await this.#sign(name, fields, credentials);
        const limits = { timeoutMs: this.#timeoutMs, signal: options.signal };
        answer = await send(this.#fetch, this.#origin, signed, limits);
        if (answer.status >= 200 && answer.status < 300) {
          return fromWire(this.#protocol.success(answer));
        }
        const error = this.#errorOf(answer);
        if (this.#correct(error, answer, credentials, corrected)) continue;
        throw error;
      } catch (error) {
        if (attempt >= this.#maxAttempts) throw error;
        const asked = answer && askedDelay(answer.headers);
        const delay = retryDelay(error, attempt, row.once !== true, asked);
        if (delay === undefined) throw error;
        await pause(delay, options.signal);
        attempt += 1;
      }
    }
  }

  /** Signs with a fresh nonce and the server's time, for this attempt only. */
  async #sign(
    action: string,
    fields: [name: string, value: unknown][],
    { accessKeyId, accessKeySecret, securityToken }: Credentials,
  ): Promise<SignedRequest> {
    const { signRequest } = await runtime().bindings();
    const now = new Date(Date.now() + this.#clockOffsetMillis);
    return signRequest({
      ...this.#protocol.ask(fields, this.#region),
      host: this.#host,
      action,
      accessKeyId,
      accessKeySecret,
      ...(securityToken === undefined ? {} : { securityToken }),
      date: this.#protocol.date(now.toISOString().replace(/\.\d+Z$/, "Z")),
      nonce: crypto.randomUUID(),
    });
  }

  /** Mends what an error shows to be wrong on our side, once each; true if it did. */
  #correct(
    { code }: EdgekmsError,
    answer: Answer,
    used: Credentials,
    corrected: { credentials: boolean; clock: boolean },
  ): boolean {
    const { tokenExpired, clockIsOff } = this.#protocol;
    if (code === tokenExpired && !corrected.credentials) {
      corrected.credentials = true;
      return this.#credentials.expire(used);
    }
    const [codes, beyondMillis] = clockIsOff;
    if (codes.includes(code) && !corrected.clock) {
      corrected.clock = true;
      const offset = Date.parse(answer.headers.get("date") ?? "") - Date.now();
      if (!(Math.abs(offset - this.#clockOffsetMillis) > beyondMillis)) return false;
      this.#clockOffsetMillis = offset;
      return true;
    }
    return false;
  }

  /** The server's error. */
  #errorOf(answer: Answer): EdgekmsError {
    const { status } = answer;
    const { code, message, requestId } = this.#protocol.failure(answer);
    if (typeof code !== "string" || code === "") {
      const text = `the answer (status ${status}) names no error; is \`endpoint\` a KMS?`;
      return new EdgekmsError("InvalidAnswer", text, { status });
    }
    return new EdgekmsError(code, typeof message === "string" ? message : code, {
      status,
      requestId: typeof requestId === "string" ? requestId : undefined,
    });
  }
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
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw invalidArgument("endpoint must begin with https://; http:// is for this machine alone");
  }
  if (url.pathname !== "/" || url.search !== "" || url.username !== "" || url.password !== "") {
    throw invalidArgument("endpoint must be only scheme, host and port");
  }
  return url;
}

/** Whether what is sent there stays on this machine. The parser writes any form of an IPv4 address with dots. */
function isLoopback(hostname: string): boolean {
  if (hostname === "[::1]" || hostname === "localhost" || hostname.endsWith(".localhost")) return true;
  return /^127(\.\d+){3}$/.test(hostname);
}

function positive(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 1) {
    throw invalidArgument(`${name} must be a whole number of at least 1`);
  }
  return value;
}
