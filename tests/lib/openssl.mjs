// SPDX-License-Identifier: Apache-2.0

/** The `openssl` command line, each call with its files in a temporary folder of its own. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TIMEOUT_MS = 60_000;

/**
 * Runs it in a folder that has these files, and reads the file `out` if it leaves one.
 *
 * @param {string[]} args
 * @param {Record<string, string | Uint8Array>} files
 * @returns {Promise<{ status: number, text: string, out?: Buffer }>}
 */
async function openssl(args, files) {
  const folder = await mkdtemp(join(tmpdir(), "edgekms-openssl-"));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const { status, text } = await run(args, folder);
    return { status, text, out: await readFile(join(folder, "out")).catch(() => undefined) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<{ status: number, text: string }>} */
function run(args, cwd) {
  return new Promise((resolve, reject) => {
    execFile("openssl", args, { cwd, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      // It never ran, or was killed: that says nothing about what it was given.
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ status: error?.code ?? 0, text: stdout + stderr });
    });
  });
}

/**
 * What `openssl pkey` says of a public key.
 *
 * @param {string} pem
 */
export async function describedByOpenssl(pem) {
  const { status, text } = await openssl(["pkey", "-pubin", "-in", "key", "-noout", "-text"], { key: pem });
  assert.equal(status, 0, text);
  return text;
}

/**
 * The DER of a public key, as PEM by OpenSSL.
 *
 * @param {Uint8Array} der
 */
export async function pemByOpenssl(der) {
  const args = ["pkey", "-pubin", "-inform", "DER", "-in", "key", "-out", "out"];
  const { status, text, out } = await openssl(args, { key: der });
  assert.equal(status, 0, text);
  return out.toString("latin1");
}

/**
 * What Alibaba's name of an algorithm says: OpenSSL's name of the hash, and its options for the padding. A
 * salt that is not exactly as long as the digest is refused.
 *
 * @param {string} algorithm such as RSA_PSS_SHA_256
 */
function signatureParts(algorithm) {
  const [, scheme, bits] = /^(RSA_PSS|RSA_PKCS1|ECDSA)_SHA_(\d+)$/.exec(algorithm);
  const hash = `sha${bits}`;
  const padding = {
    ECDSA: [],
    RSA_PKCS1: ["rsa_padding_mode:pkcs1"],
    RSA_PSS: ["rsa_padding_mode:pss", `rsa_mgf1_md:${hash}`, `rsa_pss_saltlen:${Number(bits) / 8}`],
  }[scheme];
  return { hash, padding };
}

const each = (option, values) => values.flatMap((value) => [option, value]);

/**
 * Whether `openssl pkeyutl -verify` takes it for a signature of the digest.
 *
 * @param {{ pem: string, algorithm: string, digest: Uint8Array, signature: Uint8Array }} what
 */
export async function verifiedByOpenssl({ pem, algorithm, digest, signature }) {
  const { hash, padding } = signatureParts(algorithm);
  const options = each("-pkeyopt", [`digest:${hash}`, ...padding]);
  const { status, text } = await openssl(
    ["pkeyutl", "-verify", "-pubin", "-inkey", "key", "-in", "in", "-sigfile", "signature", ...options],
    { key: pem, in: digest, signature },
  );
  assert.match(text, /Signature Verified Successfully|Signature Verification Failure/);
  return status === 0;
}

/**
 * Whether `openssl dgst -verify`, which hashes by itself, takes it for a signature of the message.
 *
 * @param {{ pem: string, algorithm: string, message: Uint8Array, signature: Uint8Array }} what
 */
export async function messageVerifiedByOpenssl({ pem, algorithm, message, signature }) {
  const { hash, padding } = signatureParts(algorithm);
  const { status, text } = await openssl(
    ["dgst", `-${hash}`, "-verify", "key", "-signature", "signature", ...each("-sigopt", padding), "in"],
    { key: pem, in: message, signature },
  );
  assert.match(text, /Verified OK|Verification failure|Error verifying data/i);
  return status === 0;
}

/** Options of `openssl pkeyutl` for algorithms that it gives the message itself. */
const WHOLE = {
  ED25519_SHA_512: [],
  SM2DSA: ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"],
};

/**
 * Whether `openssl pkeyutl -verify -rawin` takes it for a signature of the message.
 *
 * @param {{ pem: string, algorithm: keyof typeof WHOLE, message: Uint8Array, signature: Uint8Array }} what
 */
export async function wholeVerifiedByOpenssl({ pem, algorithm, message, signature }) {
  const { status, text } = await openssl(
    ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key", "-in", "in", "-sigfile", "signature", ...WHOLE[algorithm]],
    { key: pem, in: message, signature },
  );
  assert.match(text, /Signature Verified Successfully|Signature Verification Failure/);
  return status === 0;
}

/**
 * RSAES-OAEP, as options of `openssl pkeyutl`.
 *
 * @param {string} hash
 * @param {string} [mgf1] the hash inside MGF1, if it is another one
 */
export const oaep = (hash, mgf1 = hash) => ["rsa_padding_mode:oaep", `rsa_oaep_md:${hash}`, `rsa_mgf1_md:${mgf1}`];

/**
 * A plaintext, encrypted by `openssl pkeyutl -encrypt`.
 *
 * @param {string} pem
 * @param {Uint8Array} plaintext
 * @param {string[]} padding such as {@link oaep} makes
 */
export async function encryptedByOpenssl(pem, plaintext, padding) {
  const { status, text, out } = await openssl(
    ["pkeyutl", "-encrypt", "-pubin", "-inkey", "key", "-in", "in", "-out", "out", ...each("-pkeyopt", padding)],
    { key: pem, in: plaintext },
  );
  assert.equal(status, 0, text);
  return out;
}

/**
 * Bytes under an AES-256 key by AES key wrap with padding (RFC 5649), by `openssl enc`.
 *
 * @param {Uint8Array} key
 * @param {Uint8Array} plaintext
 */
export async function keyWrappedByOpenssl(key, plaintext) {
  const hex = Buffer.from(key).toString("hex");
  const args = ["enc", "-id-aes256-wrap-pad", "-iv", "A65959A6", "-K", hex, "-in", "in", "-out", "out"];
  const { status, text, out } = await openssl(args, { in: plaintext });
  assert.equal(status, 0, text);
  return out;
}

/**
 * The HMAC of a message, by `openssl dgst`.
 *
 * @param {string} hash
 * @param {Uint8Array} key
 * @param {Uint8Array} message
 */
export async function macByOpenssl(hash, key, message) {
  const macopt = `hexkey:${Buffer.from(key).toString("hex")}`;
  const args = ["dgst", `-${hash}`, "-mac", "HMAC", "-macopt", macopt, "-binary", "-out", "out", "in"];
  const { status, text, out } = await openssl(args, { in: message });
  assert.equal(status, 0, text);
  return out;
}
