// SPDX-License-Identifier: Apache-2.0
/** Two clouds' ways to say the same things: what differs between them, and nothing else. */

import type { Algorithm } from "./algorithms.js";
import type { SignedRequest, UnsignedRequest } from "../core/bindings.js";
import type { Bytes } from "../bytes.js";
import type { KeyProvider } from "../keyring/arn.js";
import type { CallOptions } from "./call-options.js";
import type { Actions, Methods } from "../generated/methods.js";
import type { PublicKey, PublicKeyNames } from "./public-key.js";
import type { Answer } from "./transport.js";

/** A cloud's protocol: Alibaba Cloud KMS (2016-01-20), or AWS KMS (JSON 1.1). */
export type Dialect = keyof Actions;

/** Fields of every answer. */
export interface Answered {
  /** The server's id of the request. */
  requestId: string;
}

/** What a method takes in a dialect; nothing can be given to one that the cloud does not have. */
export type Given<D extends Dialect, A extends keyof Methods<D>> = A extends keyof Actions[D]
  ? Actions[D][A] extends readonly [infer Q, unknown]
    ? GivenOf<Q>
    : never
  : [request: never];

type GivenOf<Q> = keyof Q extends never
  ? [options?: CallOptions] | [request: object, options?: CallOptions]
  : Partial<Q> extends Q
    ? [request?: Q, options?: CallOptions]
    : [request: Q, options?: CallOptions];

/** What a method gives in a dialect. */
export type AnswerOf<D extends Dialect, A extends keyof Methods<D>> = A extends keyof Actions[D]
  ? Actions[D][A] extends readonly [unknown, infer R]
    ? R
    : never
  : never;

/** What the client knows of an action when it runs. */
export interface ActionRow {
  /** A second time would do more than the first: sent again only if the first did nothing. */
  readonly once?: true;
  /** It has no fields, so that its options may come first. */
  readonly bare?: true;
  /** Its name with AWS, if that is another. */
  readonly aws?: string;
}

/** How a field of a request is told the wire. */
export type SentKind = "bytes" | "context" | "json" | "repeat";
/** How a field of an answer is read. */
export type GotKind = "bytes" | "list";

/** What a server says of a call that it did not carry out. */
export interface Failure {
  code: unknown;
  message: unknown;
  requestId: unknown;
}

/** How a cloud speaks of asymmetric keys. */
export interface AsymmetricWords {
  /** Whether requests name a key's version. */
  readonly versioned: boolean;
  /** Fields of what is to be signed, and of the signature (in base64) that is to be checked. */
  fields(algorithm: Algorithm, digest: Bytes, signature?: string): object;
  /** The field of an answer that has the signature. */
  readonly signature: string;
  /** The one that says whether a signature is good. */
  readonly verdict: string;
  /** The error that says that it is not, where no answer does. */
  readonly notGood?: string;
  /** A public key as an answer has it. */
  publicKey(text: string, names: PublicKeyNames): PublicKey;
}

/** One dialect. */
export interface Protocol {
  /** Who wrapped a data key, as messages name it. */
  readonly provider: KeyProvider;
  /** What asks for an action: its fields in the dialect's form. */
  ask(
    fields: [name: string, value: unknown][],
    region: string | undefined,
  ): Pick<UnsignedRequest, "params" | "version" | "json" | "region">;
  /** A request that nobody signs, where an action can be asked for so. */
  unsigned?(asked: Omit<UnsignedRequest, "host" | "accessKeyId" | "accessKeySecret">): SignedRequest;
  /** `now`, which is `YYYY-MM-DDThh:mm:ssZ`, as the dialect writes it. */
  date(now: string): string;
  /** Parts of an answer that is no success. */
  failure(answer: Answer): Failure;
  /** An answer's fields, its request's id among them. */
  success(answer: Answer): Record<string, unknown>;
  /** The code of a security token that has expired. */
  readonly tokenExpired: string;
  /** Codes that a clock which is off can cause, if it is off by more than so many milliseconds. */
  readonly clockIsOff: readonly [codes: readonly string[], beyondMillis: number];
  readonly asymmetric: AsymmetricWords;
  /** The fields that say when imported material expires, in seconds since 1970, or that it does not. */
  expiry(seconds: number | undefined): object;
  /** An ARN of either cloud, in the form of this one; other names of a key as they are. */
  keyId(name: string): string;
}
