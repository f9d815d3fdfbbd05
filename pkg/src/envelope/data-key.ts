// SPDX-License-Identifier: Apache-2.0
/** From where a message that is to be sealed has its signer and its data key: from its keyring, or the cache. */

import type { MaybePromise } from "../engine/engine.js";
import type { KeyringWork } from "../keyring/materials.js";
import { after } from "../maybe.js";
import { lazily } from "../part.js";
import type { SealJob } from "./seal.js";
import type { FooterSigner } from "./signature.js";

/** ECDSA P-384: the one signing suite that is written. */
const SIGNING_SUITE = 0x0578;
/** What few pages use: they rarely sign. */
export const signatures = lazily(() => import("./signature.js"));
/** Bytes of a data key of the suite that signs. */
const KEY_LENGTH = 32;

/** What signs a message, if anything does, and what then brings its data key. */
export interface DataKeySource {
  readonly signer: FooterSigner | undefined;
  readonly work: Pick<KeyringWork, "wrap">;
}

/** `length`: of the plaintext, if it is known. */
export function dataKeySource(job: SealJob, length: number | undefined): MaybePromise<DataKeySource> {
  const { cache, work, options } = job;
  const { suite, encryptionContext } = options;
  const signs = suite === SIGNING_SUITE;
  const signer = () => after(signatures(), ({ signerOf }) => signerOf(length !== undefined));
  const own = () => after(signs ? signer() : undefined, (signer) => ({ signer, work }));
  // Without its length nobody can tell whether a message fits (specification: framework/caching-cmm.md, Get
  // Encryption Materials).
  if (cache === undefined || length === undefined) return own();
  if (!signs) return { signer: undefined, work: cache.sealing(work, suite, length) };
  return after(cache.signed(work, suite, length, KEY_LENGTH, encryptionContext, signer), (key): MaybePromise<DataKeySource> => {
    if (key === undefined) return own();
    // It made the signer that was kept.
    return { signer: key.signer as FooterSigner, work: { wrap: (materials) => key.wrap(materials) } };
  });
}
