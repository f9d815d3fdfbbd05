// SPDX-License-Identifier: Apache-2.0
/** The client of the KMS API: a typed method for each action. */

import type {
  AsymmetricClient,
  AsymmetricKeys,
  KeyVersionOptions,
  Signable,
  SigningOptions,
} from "./asymmetric.js";
import type { Bytes } from "../bytes.js";
import type { CallOptions } from "./call-options.js";
import { callSite } from "../call-site.js";
import { Caller } from "./caller.js";
import { CLOUDS } from "./clouds.js";
import { CredentialSource, type Credentials, type CredentialsProvider } from "../credentials/source.js";
import type { Cloud, Dialect } from "./dialect.js";
import type { EndpointOptions } from "./endpoint.js";
import { checkedHeader, checkedOptions, invalidArgument } from "../errors.js";
import { capitalized, isPlain, OF_MESSAGES } from "./fields.js";
import type { Methods } from "../generated/methods.js";
import { METHODS } from "../generated/names.js";
import type { ImportClient, ImportOptions } from "./import.js";
import { KeyService } from "../keyring/key-service.js";
import type { Keyring } from "../keyring/keyring.js";
import { discoveryKeyring, kmsKeyring } from "../keyring/kms.js";
import { part } from "../part.js";
import { PublicKey } from "./public-key.js";
import { runtime } from "../runtime.js";

/** How to reach a KMS. */
export type KmsClientOptions<D extends Dialect = "aliyun"> = ReachOptions &
  RegionOptions<D> & {
    /** Whose protocol the endpoint speaks; edgekms speaks both. Default `aliyun`. */
    dialect?: D;
    /**
     * Checks each request by the server's own types before it is sent: names of fields, types, limits, words, and
     * what fits together. A wrong one costs no call and fails with the server's own code and sentence, or with
     * `InvalidArgument` if it has a field that its action does not have, which a server passes over. An answer that
     * lacks a field, or has one of another type, is an `InvalidAnswer`; what is new in it passes. `encrypt`,
     * `decrypt`, `generateDataKey` and what keyrings call are never checked. Default false, since the third
     * WebAssembly module is loaded for it, and since another server than edgekms may take what it refuses.
     */
    validate?: boolean;
  };

/** How to reach a KMS, whatever its dialect. */
export interface ReachOptions extends EndpointOptions {
  /** An access key, or what fetches temporary ones: `assumeRole(...)`, or an async function of yours. */
  credentials: Credentials | CredentialsProvider;
}

/** Signatures of AWS's dialect are for a region; in Alibaba's the server has a default one. */
export type RegionOptions<D extends Dialect> = D extends "aws"
  ? { region: string }
  : { region?: string };

export interface KmsClient<D extends Dialect = "aliyun"> extends Methods<D> {}

/**
 * A client of one endpoint and region. Safe to share; it holds no connection. It has a method for
 * each action, of which the table of actions says all that differs.
 *
 * Its calls fail with an `EdgekmsError`: the server's code (`Forbidden.KeyNotFound`, `Rejected.Disabled`), or
 * `InvalidArgument`, `CredentialsUnavailable`, `NetworkFault`, `Timeout`, `InvalidAnswer`, `PartUnavailable`,
 * `WasmUnavailable`. One that is aborted fails with its signal's reason.
 *
 * @example
 * ```js
 * const kms = new KmsClient({
 *   endpoint: "https://kms.example.com",
 *   region: "cn-hangzhou",
 *   credentials: { accessKeyId, accessKeySecret },
 * });
 * const { keyMetadata } = await kms.describeKey({ keyId: "alias/photos" });
 * ```
 */
export class KmsClient<D extends Dialect = "aliyun"> {
  readonly #cloud: Cloud;
  readonly #caller: Caller;
  readonly #keyService: KeyService;
  readonly #validate: boolean | undefined;
  #asymmetric: AsymmetricKeys | undefined;

  static {
    for (const name of METHODS.split(" ")) {
      const value = function (this: KmsClient, first?: object, second?: CallOptions) {
        const seenBy = callSite(value);
        return this.#act(name, first ?? {}, second).catch((error: unknown) => {
          throw seenBy(error);
        });
      };
      Object.defineProperty(this.prototype, name, { value, writable: true, configurable: true });
    }
  }

  /**
   * Sends nothing.
   *
   * @throws EdgekmsError `InvalidArgument`, which names the option.
   */
  constructor(options: KmsClientOptions<D>) {
    options = checkedOptions<KmsClientOptions<D>>(options);
    const { dialect = "aliyun" } = options;
    if (!Object.hasOwn(CLOUDS, dialect)) throw invalidArgument("dialect must be aliyun or aws");
    this.#cloud = CLOUDS[dialect];
    const hasRegion = options.region !== undefined || dialect === "aws";
    const region = hasRegion ? checkedHeader(options.region, "region") : undefined;
    this.#caller = new Caller(
      this.#cloud.protocol,
      options,
      region,
      CredentialSource.of(options.credentials),
    );
    this.#validate = options.validate;
    // What keyrings call is the same in every dialect.
    this.#keyService = new KeyService(this.#caller, this.#cloud);
  }

  async #act(name: string, request: object, options: CallOptions | undefined): Promise<unknown> {
    if (typeof request !== "object") {
      throw invalidArgument(`${name} takes an object, for example { keyId: "alias/photos" }`);
    }
    // None of these has a word in the table of actions, which is not loaded for them.
    const isOfKeyrings = OF_MESSAGES.includes(name) || (name === "describeKey" && !this.#validate);
    if (isOfKeyrings && isPlain(request)) {
      return this.#caller.ask(capitalized(name), request, options);
    }
    const { act } = await part(() => import("./rest.js"));
    return act(this.#caller, this.#cloud.provider, name, request, options, this.#validate);
  }

  /**
   * A client of what the environment says: `EDGEKMS_ENDPOINT`, `EDGEKMS_REGION`, `EDGEKMS_ACCESS_KEY_ID`,
   * `EDGEKMS_ACCESS_KEY_SECRET` and, of a temporary key, `EDGEKMS_SECURITY_TOKEN`. Region and access key may
   * be those of Alibaba's SDKs (`ALIBABA_CLOUD_ACCESS_KEY_ID` and so on). Without an access key, a role and a
   * token in a file do as well: `ALIBABA_CLOUD_ROLE_ARN`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`,
   * `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, which is read anew for each session, and if it is to have a name
   * `ALIBABA_CLOUD_ROLE_SESSION_NAME`; `EDGEKMS_STS_ENDPOINT` if STS is elsewhere than the KMS. What `options`
   * has is not asked for. Node, Deno and Bun have environment variables; elsewhere, give the constructor its
   * options.
   *
   * @example
   * ```js
   * const kms = KmsClient.fromEnv();
   * ```
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
   * A keyring that wraps data keys under this CMK (id, alias or ARN), and under the additional ones: any of
   * them can decrypt. It decrypts only messages that name one of them. With an ARN it needs no permission to
   * describe the key.
   *
   * @example
   * ```js
   * const envelope = new Envelope({ keyring: kms.keyring("alias/photos") });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` if an id is no text, or empty.
   */
  keyring(keyId: string, options?: { additionalKeyIds?: readonly string[] }): Keyring {
    return kmsKeyring(this.#keyService, keyId, checkedOptions(options).additionalKeyIds ?? []);
  }

  /**
   * A keyring that decrypts messages of any CMK that the service lets it use, in these accounts if they are
   * given; it encrypts none. Whoever can write a message then chooses the CMK: prefer `keyring`.
   *
   * @example
   * ```js
   * const keyring = kms.discoveryKeyring({ accountIds: ["1234567890123456"] });
   * const reader = new Envelope({ keyring });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument` if an account's id is no text, or empty.
   */
  discoveryKeyring(options?: { accountIds?: readonly string[] }): Keyring {
    return discoveryKeyring(this.#keyService, checkedOptions(options).accountIds ?? []);
  }

  /**
   * Signs with the private key of an asymmetric CMK (id, alias or ARN). Only the message's digest
   * is sent. A signature of RSA is as long as the modulus, one of ECDSA is DER.
   *
   * @example
   * ```js
   * const signature = await kms.sign("alias/invoices", message, { algorithm: "ECDSA_SHA_256" });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument`, or what a call fails with.
   */
  async sign(keyId: string, message: Signable, options: SigningOptions): Promise<Bytes> {
    return (await this.#asymmetricKeys()).sign(keyId, message, options);
  }

  /**
   * Whether the signature is one of this message under this CMK, as the service says. Whoever
   * verifies often asks `publicKey`. A signature of a wrong length or form is not good, and no error.
   *
   * @example
   * ```js
   * const algorithm = "ECDSA_SHA_256";
   * const signature = await kms.sign("alias/invoices", message, { algorithm });
   * const good = await kms.verify("alias/invoices", message, signature, { algorithm });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument`, or what a call fails with.
   */
  async verify(
    keyId: string,
    message: Signable,
    signature: Uint8Array,
    options: SigningOptions,
  ): Promise<boolean> {
    return (await this.#asymmetricKeys()).verify(keyId, message, signature, options);
  }

  /**
   * The public key of an asymmetric CMK, which verifies and encrypts without a further call.
   *
   * @example
   * ```js
   * const { pem } = await kms.publicKey("alias/invoices");
   * ```
   *
   * @throws EdgekmsError `InvalidArgument`, or what a call fails with.
   */
  async publicKey(keyId: string, options?: KeyVersionOptions): Promise<PublicKey> {
    return (await this.#asymmetricKeys()).publicKey(PublicKey, keyId, options);
  }

  async #asymmetricKeys(): Promise<AsymmetricKeys> {
    const { AsymmetricKeys } = await part(() => import("./rest.js"));
    return (this.#asymmetric ??= new AsymmetricKeys(this as unknown as AsymmetricClient, this.#cloud));
  }

  /**
   * Gives a CMK of Origin EXTERNAL its material, wrapped here: the bytes of a symmetric key, PKCS#8 of a
   * private one. A CMK takes one material for ever, and that as often as it comes.
   *
   * @example
   * ```js
   * const { keyMetadata } = await kms.createKey({ origin: "EXTERNAL" });
   * await kms.importKey(keyMetadata.keyId, material, { expires: new Date("2030-01-01") });
   * ```
   *
   * @throws EdgekmsError `InvalidArgument`, or what a call fails with: `InvalidKeyMaterial`, for example.
   */
  async importKey(keyId: string, material: Uint8Array, options?: ImportOptions): Promise<void> {
    const { importKey } = await part(() => import("./rest.js"));
    return importKey(this as unknown as ImportClient, this.#cloud, keyId, material, options);
  }
}
