// SPDX-License-Identifier: Apache-2.0
/** Two clouds' ways to say the same things: what differs between them in every call, and nothing else. */

import type { KeyProvider } from "../keyring/arn.js";
import type { CallOptions } from "./call-options.js";
import type { Field } from "./fields.js";
import type { Actions, Methods } from "../generated/methods.js";
import type { SignedRequest, Signer } from "./signing.js";
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

/** A request that is to be signed and sent. */
export interface Asked {
  action: string;
  fields: Field[];
  region: string | undefined;
  /** With its port, as the `Host` header will carry it. */
  host: string;
  /** `YYYY-MM-DDThh:mm:ssZ`. */
  now: string;
  /** New for every request. */
  nonce: string;
}

/** What a server says of a call that it did not carry out. */
export interface Failure {
  code: unknown;
  message: unknown;
  requestId: unknown;
}

/** Whose dialect it is. */
export interface Cloud {
  /** Who wrapped a data key, as messages name it. */
  readonly provider: KeyProvider;
  /** An ARN of either cloud, in the form of this one; other names of a key as they are. */
  keyId(name: string): string;
  protocol(): Protocol | Promise<Protocol>;
}

/** How one dialect asks, and reads what it is answered. */
export interface Protocol {
  /** What asks for an action. */
  sign(asked: Asked, signer: Signer): SignedRequest;
  /** The same where nobody signs, if an action can be asked for so. */
  unsigned?(asked: Asked): SignedRequest;
  /** Parts of an answer that is no success. */
  failure(answer: Answer): Failure;
  /** An answer's fields, its request's id among them. */
  success(answer: Answer): Record<string, unknown>;
}
