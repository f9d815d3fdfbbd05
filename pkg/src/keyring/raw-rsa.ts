// SPDX-License-Identifier: Apache-2.0
/**
 * The raw RSA keyring (specification: framework/raw-rsa-keyring.md).
 *
 * ```text
 * provider info = key name
 * ciphertext    = RSA[public key, padding](data key)
 * ```
 * RSA binds no context; the header's tag does.
 */

import { type Bytes, utf8 } from "../bytes.js";
import { Attempts, notOpened } from "./attempts.js";
import { type KeyNames, Keyring, checkedNames } from "./keyring.js";
import type { EncryptedDataKey, KeyringWork, OpenMaterials, SealMaterials } from "./materials.js";
import { type RsaKeys, type RsaPort, rsaPort } from "./rsa.js";

/** An RSA key that you hold yourself, and its names. */
export interface RawRsaKeyringOptions extends KeyNames, RsaKeys {}

/**
 * Wraps data keys with RSA under a key that you hold yourself. The public half encrypts, the private one
 * decrypts; either may be left out.
 *
 * @example
 * ```js
 * const publicKey = await readFile("archive.pub.pem", "utf8");
 * const keyring = rawRsaKeyring({ namespace: "my app", name: "archive", padding: "oaep-sha256", publicKey });
 * ```
 *
 * @throws EdgekmsError `InvalidArgument` if the padding is unknown, or a name is empty, too long or a key
 * service's. A key is read at its first use, and refused then.
 */
export function rawRsaKeyring(options: RawRsaKeyringOptions): Keyring {
  const { namespace, name } = checkedNames(options);
  return new Keyring("raw-rsa", rsaWork(namespace, name, rsaPort(options)));
}

function rsaWork(namespace: string, name: string, port: RsaPort): KeyringWork {
  const info = utf8(name);
  const isMine = (key: EncryptedDataKey) =>
    key.providerId === namespace && sameBytes(key.providerInfo, info);
  return {
    async wrap(materials: SealMaterials) {
      materials.makeDataKey();
      const dataKey = materials.dataKey() as Bytes;
      try {
        const ciphertext = await port.encrypt(dataKey);
        materials.push({ providerId: namespace, providerInfo: info, ciphertext });
      } finally {
        dataKey.fill(0);
      }
    },
    async unwrap(materials: OpenMaterials, scope) {
      const attempts = new Attempts();
      for (const { ciphertext } of materials.encryptedDataKeys.filter(isMine)) {
        try {
          const dataKey = await port.decrypt(ciphertext, materials.keyLength);
          const fits = materials.accept(dataKey);
          dataKey.fill(0);
          if (fits) return;
          throw new Error(`it unwraps to a key of ${dataKey.length} bytes, the message needs ${materials.keyLength}`);
        } catch (cause) {
          attempts.failed(notOpened(`the RSA key ${name} does not unwrap the message's data key`, cause), scope);
        }
      }
      throw attempts.error();
    },
  };
}

function sameBytes(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
