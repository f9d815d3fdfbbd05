// SPDX-License-Identifier: Apache-2.0
/**
 * The whole of the encryption: a user's text in, a sealed text out, and back. This is the file to copy; the rest
 * of the page is a form.
 */
import { Envelope, KmsClient } from "edgekms";

/**
 * @param {{ endpoint: string, region: string, keyArn: string }} settings
 * @param {string} user whose notes these are. Another name would be refused by the KMS, not by this page.
 * @param {string} token what the broker knows the user by
 */
export function notesOf({ endpoint, region, keyArn }, user, token) {
  // Called when credentials are wanted, and again before they end.
  const credentials = async () => {
    const answer = await fetch("credentials", { method: "POST", headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`the broker answered ${answer.status}`);
    return answer.json();
  };
  const kms = new KmsClient({ endpoint, region, credentials });
  // By its ARN: this page may not ask what an alias stands for.
  const envelope = new Envelope({ keyring: kms.keyring(keyArn) });
  const encryptionContext = { user };
  return {
    async seal(text) {
      const message = await envelope.encrypt(text, { encryptionContext });
      return btoa(String.fromCharCode(...message));
    },
    async open(sealed) {
      const message = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
      const { plaintext } = await envelope.decrypt(message, { encryptionContext });
      return new TextDecoder().decode(plaintext);
    },
  };
}
