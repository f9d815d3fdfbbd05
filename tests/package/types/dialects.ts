// SPDX-License-Identifier: Apache-2.0
/** Compiled and not run: each action has the types of the client's cloud, and one that the cloud does not have cannot be called. */

import {
  type aws,
  type CreateKeyRequest,
  type Dialect,
  type KeyMetadata,
  KmsClient,
  PublicKey,
  type SigningAlgorithmName,
  type SigningOptions,
} from "edgekms";

const reach = { endpoint: "https://kms.example", credentials: { accessKeyId: "a", accessKeySecret: "s" } };

export async function alibaba(): Promise<void> {
  const kms: KmsClient = new KmsClient(reach);
  const { keyMetadata } = await kms.createKey({ keySpec: "Aliyun_AES_256", enableAutomaticRotation: false });
  const metadata: KeyMetadata = keyMetadata;
  const created: string = metadata.creationDate;
  const request: CreateKeyRequest = { description: created, policy: "{}" };
  await kms.createKey(request, { signal: AbortSignal.timeout(1) });
  const { keys, totalCount, requestId } = await kms.listKeys({ pageSize: 10 });
  const row: [string | undefined, number, string] = [keys[0]?.keyArn, totalCount, requestId];
  await kms.describeRegions();
  await kms.describeRegions({ signal: AbortSignal.timeout(1) });
  await kms.describeRegions({}, { signal: AbortSignal.timeout(1) });
  await new KmsClient({ ...reach, region: "cn-hangzhou", dialect: "aliyun" }).scheduleKeyDeletion({
    keyId: row[2],
    pendingWindowInDays: 7,
  });
  // @ts-expect-error Alibaba Cloud does not have it
  await kms.generateRandom({ numberOfBytes: 32 });
  // @ts-expect-error a name of AWS's
  await kms.createAlias({ aliasName: "alias/a", targetKeyId: "k" });
  // @ts-expect-error neither word
  await kms.generateDataKey({ keyId: "k", keySpec: "AES_255" });
  // @ts-expect-error plaintext is bytes
  await kms.encrypt({ keyId: "k", plaintext: "text" });
  // @ts-expect-error it must be said which key
  await kms.describeKey();
}

export async function amazon(): Promise<void> {
  const kms = new KmsClient({ ...reach, region: "us-east-1", dialect: "aws" });
  const both: KmsClient<"aws"> = kms;
  const { keyMetadata } = await both.createKey({ keySpec: "SYMMETRIC_DEFAULT", tags: [{ tagKey: "a", tagValue: "b" }] });
  const metadata: aws.AwsKeyMetadata = keyMetadata;
  const created: number = metadata.creationDate;
  const { plaintext }: { plaintext: Uint8Array<ArrayBuffer> } = await kms.generateRandom({ numberOfBytes: created });
  await kms.createAlias({ aliasName: "alias/a", targetKeyId: metadata.awsAccountId });
  const { keys, nextMarker } = await kms.listKeys();
  await kms.encrypt({ keyId: keys[0]?.keyArn ?? nextMarker ?? "k", plaintext, grantTokens: ["t"] });
  // @ts-expect-error AWS does not have it
  await kms.describeRegions();
  // @ts-expect-error nor with options
  await kms.describeRegions({}, { signal: AbortSignal.timeout(1) });
  // @ts-expect-error a name of Alibaba's
  await kms.createAlias({ aliasName: "alias/a", keyId: "k" });
  // @ts-expect-error numbers are numbers
  await kms.generateRandom({ numberOfBytes: "32" });
  // @ts-expect-error a signature is for a region
  new KmsClient({ ...reach, dialect: "aws" });
  // @ts-expect-error no such dialect
  new KmsClient({ ...reach, region: "r", dialect: "gcp" });
}

/** The same in both dialects, by either cloud's names. */
export async function asymmetric(kms: KmsClient | KmsClient<"aws">, algorithm: SigningAlgorithmName): Promise<boolean> {
  const message = new Uint8Array(1);
  const options: SigningOptions = { algorithm, keyVersionId: "v", signal: AbortSignal.timeout(1) };
  const signature: Uint8Array<ArrayBuffer> = await kms.sign("k", message, options);
  await kms.sign("k", { digest: message }, { algorithm: "RSASSA_PSS_SHA_256" });
  const key: PublicKey = await kms.publicKey("k");
  const again = await kms.publicKey("k", { keyVersionId: key.keyVersionId });
  const { keyId, pem, der } = again;
  const own = [PublicKey.fromPem(pem), PublicKey.fromDer(der, { keyId })];
  const sealed: Uint8Array<ArrayBuffer> = await key.encrypt(message, { algorithm: "RSAES_OAEP_SHA_1" });
  // @ts-expect-error it must be said how
  await kms.sign("k", message);
  // @ts-expect-error neither cloud's word
  await kms.verify("k", message, signature, { algorithm: "ECDSA" });
  // @ts-expect-error it encrypts
  await key.verify(message, sealed, { algorithm: "RSAES_OAEP_SHA_256" });
  // @ts-expect-error made by its functions
  new PublicKey(der, {});
  return own[0]?.verify(message, signature, { algorithm: "ECDSA_SHA_256" }) ?? kms.verify("k", message, signature, options);
}

/** Whoever knows the dialect only when the program runs has the actions that both have. */
export async function either(dialect: Dialect): Promise<string> {
  const kms = new KmsClient({ ...reach, region: "r", dialect });
  const { keyId, ciphertextBlob } = await kms.encrypt({ keyId: "k", plaintext: new Uint8Array(1) });
  return keyId + ciphertextBlob;
}
