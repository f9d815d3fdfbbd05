// SPDX-License-Identifier: Apache-2.0
/**
 * The multi-keyring (specification: framework/multi-keyring.md): any one of several keyrings decrypts what all
 * of them encrypted.
 */

import type { MaybePromise } from "../engine/engine.js";
import { checkedOptions, invalidArgument } from "../errors.js";
import { Attempts, isOutage } from "./attempts.js";
import { Keyring, workOf } from "./keyring.js";
import type { KeyringWork, MessageScope, OpenMaterials, SealMaterials } from "./materials.js";

/** Several keyrings as one. */
export interface MultiKeyringOptions {
  /** Makes the data key when a message is encrypted. Without one, the keyring only decrypts. */
  generator?: Keyring;
  /** Wrap the same data key too. Any of them all can decrypt. */
  children?: readonly Keyring[];
}

/**
 * Encrypts for several keyrings at once, all of which must do their part; decrypts with whichever can, the
 * generator first. While one of their services does not answer, the others decrypt without waiting for it again.
 *
 * @example
 * ```js
 * const keyring = multiKeyring({ generator: near.keyring("alias/a"), children: [far.keyring("alias/b")] });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument` if there is neither a generator nor a child.
 */
export function multiKeyring(options: MultiKeyringOptions): Keyring {
  const { generator, children = [] } = checkedOptions(options);
  if (!Array.isArray(children)) throw invalidArgument("children must be an array of keyrings");
  const others = children.map(workOf);
  const first = generator && workOf(generator);
  const all = first === undefined ? others : [first, ...others];
  if (all.length === 0) throw invalidArgument("multiKeyring needs a generator or at least one child");
  return new Keyring("multi", {
    wrap(materials, scope) {
      if (first === undefined) {
        needDataKey(materials);
        return wrapWithAll(others, materials, scope);
      }
      const generated = first.wrap(materials, scope);
      if (generated instanceof Promise) return generated.then(() => wrapWithAll(others, materials, scope));
      return wrapWithAll(others, materials, scope);
    },
    unwrap: (materials, scope) => unwrapWithAny(all, materials, scope),
  });
}

/** A multi-keyring inside another may be without a generator: there is a data key by then. */
function needDataKey(materials: SealMaterials): void {
  const key = materials.dataKey();
  if (key === undefined) {
    throw invalidArgument("a multi-keyring without a generator only decrypts; give it one");
  }
  key.fill(0);
}

/** All at once; the wrapped forms are added in the keyrings' order, whoever is done first. */
function wrapWithAll(
  works: readonly KeyringWork[],
  materials: SealMaterials,
  scope: MessageScope,
): MaybePromise<void> {
  const held = works.map(() => new Held(materials));
  const release = () => {
    for (const one of held) one.release();
  };
  const waiting = works.map((work, index) => work.wrap(held[index] as Held, scope));
  if (!waiting.some((one) => one instanceof Promise)) return release();
  // Not `all`: it would leave the others at work on a message that has failed.
  return Promise.allSettled(waiting).then((outcomes) => {
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    release();
  });
}

/** Materials whose new wrapped forms wait for their turn. */
class Held implements SealMaterials {
  readonly #materials: SealMaterials;
  readonly #waiting: (() => void)[] = [];

  constructor(materials: SealMaterials) {
    this.#materials = materials;
  }

  get keyLength() {
    return this.#materials.keyLength;
  }
  get context() {
    return this.#materials.context;
  }
  dataKey: SealMaterials["dataKey"] = () => this.#materials.dataKey();
  makeDataKey: SealMaterials["makeDataKey"] = () => this.#materials.makeDataKey();
  setDataKey: SealMaterials["setDataKey"] = (key) => this.#materials.setDataKey(key);
  push: SealMaterials["push"] = (key) => {
    this.#waiting.push(() => this.#materials.push(key));
  };
  wrapRawAes: SealMaterials["wrapRawAes"] = (key) => {
    this.#waiting.push(() => this.#materials.wrapRawAes(key));
  };

  release(): void {
    for (const add of this.#waiting) add();
  }
}

/**
 * Each in turn. A service that is down is asked once before the next keyring has its turn; only when none
 * could open are those that it kept from it tried again, with all the patience that their client has.
 */
function unwrapWithAny(
  works: readonly KeyringWork[],
  materials: OpenMaterials,
  scope: MessageScope,
): MaybePromise<void> {
  const patient = works.length === 1 || scope.maxAttempts !== undefined;
  const attempts = new Attempts();
  const again: KeyringWork[] = [];
  const failed = (error: unknown, work: KeyringWork) => {
    if (patient || !isOutage(error)) return attempts.failed(error, scope);
    scope.signal?.throwIfAborted();
    again.push(work);
  };
  const hasty = patient ? scope : { ...scope, maxAttempts: 1 };
  return each(works, (work) => work.unwrap(materials, hasty), failed, () =>
    each(again, (work) => work.unwrap(materials, scope), (error) => attempts.failed(error, scope), () => {
      throw attempts.error();
    }),
  );
}

/** Does it with the first that does not fail, or else what is to be done then; no promise where none is needed. */
function each<T>(
  all: readonly T[],
  work: (one: T) => MaybePromise<void>,
  failed: (error: unknown, one: T) => void,
  otherwise: () => MaybePromise<void>,
): MaybePromise<void> {
  const [one, ...others] = all;
  if (one === undefined) return otherwise();
  const next = (error: unknown) => {
    failed(error, one);
    return each(others, work, failed, otherwise);
  };
  try {
    const done = work(one);
    return done instanceof Promise ? done.catch(next) : done;
  } catch (error) {
    return next(error);
  }
}
