// SPDX-License-Identifier: Apache-2.0
/** Compiled and not run: what messages and objects of other people's formats are to the compiler. */

import {
  type AliyunMessageHeader,
  decryptAliyunMessage,
  decryptOssObject,
  encryptAliyunMessage,
  encryptOssObject,
  inspectAliyunMessage,
  type Keyring,
  KmsClient,
  type OssMasterKey,
} from "edgekms";

declare const keyring: Keyring;
declare const kms: KmsClient;
declare const other: KmsClient<"aws">;
declare const stream: ReadableStream<Uint8Array>;

export async function messages(bytes: Uint8Array): Promise<void> {
  const message: Uint8Array<ArrayBuffer> = await encryptAliyunMessage(bytes, { keyring, layout: "stream" });
  await encryptAliyunMessage("text", { keyring, encryptionContext: { a: "b" }, algorithm: "SM4_GCM_NOPADDING_128" });
  // @ts-expect-error what nothing authenticates is not written
  await encryptAliyunMessage("text", { keyring, algorithm: "AES_CTR_NOPADDING_256" });
  // @ts-expect-error a message needs a keyring
  await encryptAliyunMessage("text", {});
  const { plaintext, encryptionContext, algorithm } = await decryptAliyunMessage(message, { keyring });
  const all: [Uint8Array<ArrayBuffer>, string | undefined, string] = [plaintext, encryptionContext.a, algorithm];
  const { keyArns }: AliyunMessageHeader = await inspectAliyunMessage(message);
  console.log(all, keyArns);
}

export async function objects(bytes: Uint8Array): Promise<void> {
  const masterKey: OssMasterKey = { kms, keyId: "alias/photos" };
  const whole = await encryptOssObject(bytes, { masterKey });
  const body: Uint8Array<ArrayBuffer> = whole.body;
  const streamed = await encryptOssObject(stream, { masterKey, description: { use: "photos" } });
  const piped: ReadableStream<Uint8Array<ArrayBuffer>> = streamed.body;
  const headers: Record<string, string> = whole.headers;
  const opened: Uint8Array<ArrayBuffer> = await decryptOssObject(body, headers, { masterKey });
  const answer = await fetch("https://bucket.example/object");
  const some = await decryptOssObject(piped, answer.headers, { masterKey: async ({ description }) => keyOf(description) });
  const read: ReadableStream<Uint8Array<ArrayBuffer>> = some;
  console.log(opened, read);
}

function keyOf(description: Readonly<Record<string, string>>): OssMasterKey {
  // @ts-expect-error it is Alibaba's actions that OSS's SDKs call
  const wrong: OssMasterKey = { kms: other, keyId: "alias/photos" };
  return description.use === "rsa" ? { padding: "oaep-sha1", publicKey: "PEM" } : wrong;
}
