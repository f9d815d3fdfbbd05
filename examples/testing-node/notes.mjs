// SPDX-License-Identifier: Apache-2.0

/** What is to be tested: notes that are kept encrypted, each bound to whose it is. */

import { Envelope } from "edgekms";

export class Notes {
  #envelope;
  #kept = new Map();

  /** @param {import("edgekms").KmsClient} kms */
  constructor(kms) {
    this.#envelope = new Envelope({ keyring: kms.keyring("alias/notes") });
  }

  async write(owner, text) {
    const message = await this.#envelope.encrypt(text, { encryptionContext: { owner } });
    this.#kept.set(owner, message);
    return message;
  }

  async read(owner, message = this.#kept.get(owner)) {
    const { plaintext } = await this.#envelope.decrypt(message, { encryptionContext: { owner } });
    return new TextDecoder().decode(plaintext);
  }
}
