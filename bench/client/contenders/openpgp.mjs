// SPDX-License-Identifier: Apache-2.0
/** OpenPGP.js for one X25519 key, packets of version 2 with AES-256-GCM (RFC 9580), chunks of 64 KiB, not signed. */
import { createMessage, decrypt, encrypt, generateKey, readMessage } from "openpgp";

const config = { aeadProtect: true, aeadChunkSizeByte: 10 };

async function makeKeys() {
  const userIDs = [{ name: "bench" }];
  const { privateKey, publicKey } = await generateKey({ type: "curve25519", userIDs, format: "object", config });
  const seal = async (binary) =>
    encrypt({ message: await createMessage({ binary }), encryptionKeys: publicKey, format: "binary", config });
  const open = async (binaryMessage) => {
    const message = await readMessage({ binaryMessage, config });
    return (await decrypt({ message, decryptionKeys: privateKey, format: "binary", config })).data;
  };
  return { seal, open };
}

export async function message(plaintext) {
  const { seal, open } = await makeKeys();
  return { seal: () => seal(plaintext), open };
}

export async function stream() {
  const { seal, open } = await makeKeys();
  return {
    seal: async (source, sink) => (await seal(source.web())).pipeTo(sink.web()),
    open: async (source, sink) => (await open(source.web())).pipeTo(sink.web()),
  };
}
