// SPDX-License-Identifier: Apache-2.0
// The runtime's own RSA. `RSA-RAW` is workerd's name for the bare signature primitive (RFC 8017, section
// 5.2.1): WebCrypto's signing algorithms hash what they sign, and callers of a KMS sign digests.

const PUBLIC_EXPONENT = new Uint8Array([1, 0, 1]);

/** A new pair: PKCS#8 of the private key, DER of the SubjectPublicKeyInfo. */
export async function generateRsa(modulusLength) {
  const algorithm = { name: "RSA-OAEP", hash: "SHA-256", modulusLength, publicExponent: PUBLIC_EXPONENT };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["encrypt", "decrypt"]);
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.exportKey("pkcs8", pair.privateKey),
    crypto.subtle.exportKey("spki", pair.publicKey),
  ]);
  return [new Uint8Array(privateKey), new Uint8Array(publicKey)];
}

/** A private key for `sign`. The bytes given are wiped. */
export function importForSigning(pkcs8) {
  return importWiped(pkcs8, { name: "RSA-RAW" }, "sign");
}

/** A private key for `decrypt` with OAEP and this hash. The bytes given are wiped. */
export function importForDecryption(pkcs8, hash) {
  return importWiped(pkcs8, { name: "RSA-OAEP", hash }, "decrypt");
}

async function importWiped(pkcs8, algorithm, usage) {
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, [usage]);
  } finally {
    pkcs8.fill(0);
  }
}

/** The primitive on a message that is encoded to the length of the modulus. */
export async function signEncoded(key, encoded) {
  return new Uint8Array(await crypto.subtle.sign({ name: "RSA-RAW" }, key, encoded));
}

/**
 * The same primitive on a ciphertext, which is what decrypts it (RFC 8017, section 5.1.2); null for one that
 * is no number below the modulus. BoringSSL does it in constant time.
 */
export async function decryptRaw(key, ciphertext) {
  try {
    return await signEncoded(key, ciphertext);
  } catch {
    return null;
  }
}

/** The plaintext, or null for what does not open, whatever the reason. */
export async function decryptOaep(key, ciphertext) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "RSA-OAEP" }, key, ciphertext));
  } catch {
    return null;
  }
}

export async function encryptOaep(spki, hash, plaintext) {
  const algorithm = { name: "RSA-OAEP", hash };
  const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plaintext));
}

/** The names by which WebCrypto knows an algorithm, to import a key and to use it. */
const parameters = (name, hash, namedCurve, saltLength) => ({ name, hash, namedCurve, saltLength });

/** A private key that signs messages. The bytes given are wiped. */
export function importSigner(pkcs8, name, hash, namedCurve) {
  return importWiped(pkcs8, parameters(name, hash, namedCurve), "sign");
}

/** A public key that verifies signatures of messages. */
export function importVerifier(spki, name, hash, namedCurve) {
  return crypto.subtle.importKey("spki", spki, parameters(name, hash, namedCurve), false, ["verify"]);
}

export async function signMessage(key, name, hash, saltLength, message) {
  return new Uint8Array(await crypto.subtle.sign(parameters(name, hash, undefined, saltLength), key, message));
}

export function verifyMessage(key, name, hash, saltLength, signature, message) {
  return crypto.subtle.verify(parameters(name, hash, undefined, saltLength), key, signature, message);
}
