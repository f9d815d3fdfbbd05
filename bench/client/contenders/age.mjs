// SPDX-License-Identifier: Apache-2.0
/** age for one X25519 recipient, its usual one: ChaCha20-Poly1305 in JavaScript, in frames of 64 KiB. */
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";

async function makePair() {
  const identity = await generateX25519Identity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return { encrypter, decrypter };
}

export async function message(plaintext) {
  const { encrypter, decrypter } = await makePair();
  return { seal: () => encrypter.encrypt(plaintext), open: (sealed) => decrypter.decrypt(sealed) };
}

export async function stream() {
  const { encrypter, decrypter } = await makePair();
  return {
    seal: async (source, sink) => (await encrypter.encrypt(source.web())).pipeTo(sink.web()),
    open: async (source, sink) => (await decrypter.decrypt(source.web())).pipeTo(sink.web()),
  };
}
