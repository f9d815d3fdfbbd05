// SPDX-License-Identifier: Apache-2.0
/** Import of key material that was made elsewhere, over a `KmsClient`. It is wrapped here. */

import { type Bytes, concat, toBase64, viewOf } from "../bytes.js";
import type { CallOptions } from "./call-options.js";
import type { Cloud } from "./dialect.js";
import { subtle } from "../engine/webcrypto.js";
import { checkedText, EdgekmsError, invalidArgument } from "../errors.js";
import { answerBytes } from "./fields.js";
import { wrapPadded } from "./key-wrap.js";
import { WORDS } from "./words.js";

const WRAPPING_KEY_SPECS = { RSA_2048: 256, RSA_3072: 384, RSA_4096: 512 } as const;
/** RSAES-OAEP with SHA-256 is so many bytes longer than what it encrypts (RFC 8017, section 7.1.1). */
const OAEP_OVERHEAD = 66;
const OAEP = { name: "RSA-OAEP", hash: "SHA-256" };
const AES = { name: "AES-CBC", length: 256 };

/** How to import material. */
export interface ImportOptions extends CallOptions {
  /** When the service deletes the material, to the second. Never, if absent. */
  expires?: Date | undefined;
  /** The pair that the service makes to wrap it under. Default `RSA_2048`, which every service has. */
  wrappingKeySpec?: keyof typeof WRAPPING_KEY_SPECS | undefined;
}

type Call = (request: object, options?: CallOptions) => Promise<Record<string, unknown>>;

/** What of a client is needed. Requests and answers are those of its dialect. */
export interface ImportClient {
  getParametersForImport: Call;
  importKeyMaterial: Call;
}

/** Gives a CMK its material: the bytes of a symmetric key, PKCS#8 of a private one. */
export async function importKey(
  client: ImportClient,
  { keyId: toKeyId, provider }: Cloud,
  keyId: string,
  material: Uint8Array,
  options: ImportOptions = {},
): Promise<void> {
  const { expires, wrappingKeySpec = "RSA_2048" } = options;
  const given = viewOf(material, "material");
  if (given.length === 0) throw invalidArgument("material must not be empty");
  if (!Object.hasOwn(WRAPPING_KEY_SPECS, wrappingKeySpec)) {
    throw invalidArgument("wrappingKeySpec must be RSA_2048, RSA_3072 or RSA_4096");
  }
  const key = { keyId: toKeyId(checkedText(keyId, "keyId")) };
  const until = WORDS[provider].expiry(secondsOf(expires));
  const fits = given.length <= WRAPPING_KEY_SPECS[wrappingKeySpec] - OAEP_OVERHEAD;
  const wrappingAlgorithm = fits ? "RSAES_OAEP_SHA_256" : "RSA_AES_KEY_WRAP_SHA_256";
  const asked = { ...key, wrappingAlgorithm, wrappingKeySpec };
  const parameters = await client.getParametersForImport(asked, options);
  const publicKey = await importedKey(answerBytes(parameters.publicKey, "publicKey"));
  const wrapped = await (fits ? encrypt(publicKey, given) : wrapBoth(publicKey, given));
  const { importToken } = parameters;
  const request = { ...key, importToken, encryptedKeyMaterial: toBase64(wrapped), ...until };
  await client.importKeyMaterial(request, options);
}

/** An AES key under the public key, and after it the material under that. */
async function wrapBoth(publicKey: CryptoKey, material: Bytes): Promise<Bytes> {
  const aes = await subtle().generateKey(AES, true, ["encrypt"]);
  const bytes = new Uint8Array(await subtle().exportKey("raw", aes));
  try {
    return concat([await encrypt(publicKey, bytes), await wrapPadded(aes, material)]);
  } finally {
    bytes.fill(0);
  }
}

async function encrypt(publicKey: CryptoKey, plaintext: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle().encrypt(OAEP, publicKey, plaintext));
}

async function importedKey(der: Bytes): Promise<CryptoKey> {
  return subtle()
    .importKey("spki", der, OAEP, false, ["encrypt"])
    .catch((cause: unknown) => {
      throw new EdgekmsError("InvalidAnswer", "the answer's PublicKey is not an RSA key", { cause });
    });
}

function secondsOf(expires: Date | undefined): number | undefined {
  if (expires === undefined) return undefined;
  const millis = expires instanceof Date ? expires.getTime() : Number.NaN;
  if (millis > 0) return Math.floor(millis / 1000);
  throw invalidArgument("expires must be a Date after 1970");
}
