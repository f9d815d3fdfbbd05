// SPDX-License-Identifier: Apache-2.0
/**
 * The footer's signature (specification: data-format/message-footer.md): by the host where the whole message is
 * there and the host can, else hashed as it streams, by the second module.
 */

import { type Bytes, concat } from "../bytes.js";
import type { FooterSigner as StreamSigner } from "../core/bindings.js";
import { extra } from "../core/extra.js";
import type { Curve, HostEcdsa, WholeSigner } from "../engine/ecdsa.js";
import type { MaybePromise } from "../engine/engine.js";
import { webCryptoEcdsa } from "../engine/webcrypto-ecdsa.js";
import { EdgekmsError } from "../errors.js";
import type { SharedSigner } from "../keyring/materials.js";
import { after, lastly } from "../maybe.js";
import { runtime } from "../runtime.js";

export { SHARED } from "../shared.js";

/** Signs one message. */
export interface FooterSigner extends SharedSigner {
  /** Bytes that the footer has at the most. */
  readonly footerLength: number;
  update(bytes: Bytes): void;
  /** The footer of all that came, or of a whole message. */
  finish(): Bytes;
  sign(message: Bytes): MaybePromise<Bytes>;
  again(): FooterSigner;
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

/** The signer of a message. `whole`: all of it comes at once, to {@link FooterSigner.sign}. */
export function signerOf(whole: boolean): MaybePromise<FooterSigner> {
  const host = whole ? hostEcdsa() : undefined;
  if (host !== undefined) return after(host.generate(), (pair) => new WholeFooterSigner(pair));
  return after(extra(), ({ Signer }) => footerSigner(new Signer()));
}

function hostEcdsa(): HostEcdsa | undefined {
  return runtime().native?.ecdsa ?? (globalThis.crypto?.subtle && webCryptoEcdsa);
}

class WholeFooterSigner implements FooterSigner {
  readonly verificationKey: Bytes;
  readonly footerLength = LONGEST_FOOTER;
  readonly #pair: WholeSigner;

  constructor(pair: WholeSigner) {
    this.verificationKey = pair.publicKey;
    this.#pair = pair;
  }

  sign(message: Bytes): MaybePromise<Bytes> {
    return after(this.#pair.sign(message), (signature) =>
      concat([Uint8Array.of(0, signature.length), signature]),
    );
  }

  /** It has nothing of the message. */
  again(): FooterSigner {
    return this;
  }

  update(): never {
    throw new Error("a message that is wholly there is signed at once");
  }

  finish = this.update;

  free(): void {}
}

/** A signer of the second module. */
function footerSigner(signer: StreamSigner): FooterSigner {
  return {
    verificationKey: signer.verificationKey as Bytes,
    footerLength: LONGEST_FOOTER,
    again: () => footerSigner(signer.again()),
    update: (bytes) => signer.update(bytes),
    finish: () => signer.finish() as Bytes,
    sign(message) {
      inPieces(message, (piece) => signer.update(piece));
      return signer.finish() as Bytes;
    },
    free: () => signer.free(),
  };
}

/** Bytes that cross into the second module at once: it takes a copy, and a message may be longer than its memory. */
const PIECE = 256 * 1024;

function inPieces(message: Bytes, each: (piece: Bytes) => void): void {
  for (let at = 0; at < message.length; at += PIECE) each(message.subarray(at, at + PIECE));
}

/** The verifier of a message that is signed. `whole`: all of it comes at once, to {@link FooterVerifier.check}. */
export function verifierOf(curve: Curve, key: Bytes, whole: boolean): MaybePromise<FooterVerifier> {
  const host = whole ? hostEcdsa() : undefined;
  if (host !== undefined) return new WholeVerifier(host, curve, key);
  return streamVerifier(curve, key);
}

function streamVerifier(curve: Curve, key: Bytes): MaybePromise<FooterVerifier> {
  return after(extra(), ({ Verifier }): FooterVerifier => {
    const verifier = new Verifier(curve, key);
    return {
      update: (bytes) => verifier.update(bytes),
      verify: (footer) => verifier.verify(footer),
      check(message, end) {
        inPieces(message.subarray(0, end), (piece) => verifier.update(piece));
        verifier.verify(message.subarray(end));
      },
      free: () => verifier.free(),
    };
  });
}

class WholeVerifier implements FooterVerifier {
  readonly #host: HostEcdsa;
  readonly #curve: Curve;
  readonly #key: Bytes;

  constructor(host: HostEcdsa, curve: Curve, key: Bytes) {
    this.#host = host;
    this.#curve = curve;
    this.#key = key;
  }

  check(message: Bytes, end: number): MaybePromise<void> {
    const [signed, signature] = [message.subarray(0, end), message.subarray(end + 2)];
    const verified = this.#host.verify(this.#curve, this.#key, signed, signature);
    return after(verified, (good): MaybePromise<void> => {
      if (good === true) return undefined;
      if (good === false) {
        throw new EdgekmsError("SignatureNotValid", "the message's signature is not valid; the message was changed or damaged");
      }
      // A host that does not read compressed points, or a key that is none: the second module says which.
      return after(streamVerifier(this.#curve, this.#key), (verifier) =>
        lastly(
          () => verifier.check(message, end),
          () => verifier.free(),
        ),
      );
    });
  }

  update(): never {
    throw new Error("a message that is wholly there is verified at once");
  }

  verify = this.update;

  free(): void {}
}
