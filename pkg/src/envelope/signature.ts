// SPDX-License-Identifier: Apache-2.0
/**
 * The footer's signature (specification: data-format/message-footer.md): by the host where the whole message is
 * there and the host can, else hashed as it streams, by the second module.
 */

import type { Bytes } from "../bytes.js";
import type { Extra, FooterSigner as StreamSigner } from "../core/bindings.js";
import type { MaybePromise } from "../engine/engine.js";
import { after } from "../maybe.js";
import { runtime } from "../runtime.js";

/** ECDSA P-384: the one signing suite that is written. */
const SIGNING_SUITE = 0x0578;

/** Signs one message. */
export interface FooterSigner {
  /** The public key, a compressed point. */
  readonly verificationKey: Bytes;
  /** Bytes that the footer has at the most. */
  readonly footerLength: number;
  update(bytes: Bytes): void;
  /** The footer of all that came, or of a whole message. */
  finish(): Bytes;
  sign(message: Bytes): MaybePromise<Bytes>;
  free(): void;
}

/** Verifies one message. */
export interface FooterVerifier {
  update(bytes: Bytes): void;
  /** @throws EdgekmsError `SignatureNotValid` */
  verify(footer: Bytes): void;
  /** The same of a whole message, of which `end` bytes come before its footer. */
  check(message: Bytes, end: number): MaybePromise<void>;
  free(): void;
}

/** Two bytes of length, and the longest DER of P-384. */
const LONGEST_FOOTER = 2 + 104;

/** Whether messages of this suite, which is one that is written, are signed. */
export function signs(suite: number): boolean {
  return suite === SIGNING_SUITE;
}

/** The signer of a message, if its suite signs. `whole`: all of it comes at once. */
export function signerOf(suite: number, _whole: boolean): MaybePromise<FooterSigner | undefined> {
  if (!signs(suite)) return undefined;
  return after<Extra, FooterSigner>(runtime().extra(), ({ Signer }) => footerSigner(new Signer()));
}

/** A signer of the second module. */
export function footerSigner(signer: StreamSigner): FooterSigner {
  return {
    verificationKey: signer.verificationKey as Bytes,
    footerLength: LONGEST_FOOTER,
    update: (bytes) => signer.update(bytes),
    finish: () => signer.finish() as Bytes,
    sign(message) {
      signer.update(message);
      return signer.finish() as Bytes;
    },
    free: () => signer.free(),
  };
}

/** The verifier of a message that is signed. */
export function verifierOf(curve: "P-256" | "P-384", key: Bytes, _whole: boolean): MaybePromise<FooterVerifier> {
  return after<Extra, FooterVerifier>(runtime().extra(), ({ Verifier }) => {
    const verifier = new Verifier(curve, key);
    return {
      update: (bytes) => verifier.update(bytes),
      verify: (footer) => verifier.verify(footer),
      check(message, end) {
        verifier.update(message.subarray(0, end));
        verifier.verify(message.subarray(end));
      },
      free: () => verifier.free(),
    };
  });
}
