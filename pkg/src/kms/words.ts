// SPDX-License-Identifier: Apache-2.0
/** Two clouds' ways to say what the client's helpers ask: asymmetric keys, imports. */

import type { Algorithm } from "./algorithms.js";
import { type Bytes, toBase64 } from "../bytes.js";
import type { KeyProvider } from "../keyring/arn.js";
import { answerBytes } from "./fields.js";
import type { PublicKey, PublicKeyNames } from "./public-key.js";

/** How a cloud speaks of asymmetric keys, and of material that expires. */
export interface Words {
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
  /**
   * A public key as an answer has it. The class is handed in: a page without a client, which does not use it, would
   * otherwise download it with what its parts share.
   */
  publicKey(text: string, names: PublicKeyNames, make: typeof PublicKey): PublicKey;
  /** The fields that say when imported material expires, in seconds since 1970, or that it does not. */
  expiry(seconds: number | undefined): object;
}

/** By what messages call the cloud. */
export const WORDS: Readonly<Record<KeyProvider, Words>> = {
  "aliyun-kms": {
    versioned: true,
    fields: ({ aliyun }, digest, value) => ({ algorithm: aliyun, digest: toBase64(digest), value }),
    signature: "value",
    verdict: "value",
    publicKey: (pem, names, make) => make.fromPem(pem, names),
    expiry: (seconds = 0) => ({ keyMaterialExpireUnix: seconds }),
  },
  "aws-kms": {
    versioned: false,
    fields({ aws }, message, signature) {
      return { signingAlgorithm: aws, message, messageType: "DIGEST", signature };
    },
    signature: "signature",
    verdict: "signatureValid",
    notGood: "KMSInvalidSignatureException",
    publicKey: (base64, names, make) => make.fromDer(answerBytes(base64, "publicKey"), names),
    expiry: (validTo) =>
      validTo === undefined
        ? { expirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }
        : { expirationModel: "KEY_MATERIAL_EXPIRES", validTo },
  },
};
