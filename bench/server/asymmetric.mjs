// SPDX-License-Identifier: Apache-2.0
/**
 * Keys of each kind: signatures a second beside a worker that does nothing and one that only awaits the
 * runtime's own, keys made a second beside one that only makes them, and the processor time of each kind and
 * operation.
 */
import { KmsClient } from "edgekms";

import { median } from "../lib/measure.mjs";
import { row } from "../lib/table.mjs";
import { isRuntimes, startGeneratingWorker, startUsingWorker } from "./subtle-worker.mjs";
import { NOOP, nameOf, throughputRows } from "./throughput.mjs";

const DIGEST = Buffer.alloc(32, 7).toString("base64");
const LONG_DIGEST = Buffer.alloc(48, 7).toString("base64");
const MESSAGE = DIGEST;
const PLAINTEXT = Buffer.alloc(32, 7).toString("base64");

const SIGNING = [
  { kind: "EC_P256", Algorithm: "ECDSA_SHA_256", Digest: DIGEST },
  { kind: "EC_P384", Algorithm: "ECDSA_SHA_384", Digest: LONG_DIGEST },
  { kind: "RSA_2048", Algorithm: "RSA_PKCS1_SHA_256", Digest: DIGEST },
  { kind: "RSA_3072", Algorithm: "RSA_PKCS1_SHA_256", Digest: DIGEST },
  { kind: "RSA_4096", Algorithm: "RSA_PKCS1_SHA_256", Digest: DIGEST },
  { kind: "EC_SM2", Algorithm: "SM2DSA", Digest: DIGEST },
];
const AWS_NAMES = {
  ECDSA_SHA_256: "ECDSA_SHA_256",
  ECDSA_SHA_384: "ECDSA_SHA_384",
  RSA_PKCS1_SHA_256: "RSASSA_PKCS1_V1_5_SHA_256",
};
const ENCRYPTION = ["RSA_2048", "RSA_3072", "RSA_4096"];
/** Kinds whose signatures are measured under load. */
const LOADED = ["EC_P256", "RSA_2048", "EC_SM2"];
/** Each such action, as the runtime's `crypto.subtle` calls it. By AWS's protocol the message is told, too. */
const OPERATIONS = { AsymmetricSign: "sign", AsymmetricVerify: "verify", Sign: "sign" };
const isLoaded = ({ action, kind }) => action in OPERATIONS && LOADED.includes(kind);
const MAKING = ["Aliyun_AES_256", "EC_P256", "EC_P384", "EC_SM2", "RSA_2048", "RSA_3072", "RSA_4096"];

async function newKey(kms, keySpec, keyUsage) {
  const { keyMetadata } = await kms.createKey({ keySpec, keyUsage });
  const { keyId: KeyId } = keyMetadata;
  const { keyVersions } = await kms.listKeyVersions({ keyId: KeyId });
  return { KeyId, KeyVersionId: keyVersions[0].keyVersionId };
}

async function sign({ address, region, credentials }, { KeyId, Message, SigningAlgorithm }) {
  const kms = new KmsClient({ endpoint: address, region, credentials, dialect: "aws" });
  const message = Buffer.from(Message, "base64");
  const { signature } = await kms.asymmetricSign({ keyId: KeyId, message, signingAlgorithm: SigningAlgorithm });
  return signature;
}

/** Every call on an asymmetric key: of digests in Alibaba's dialect, of messages in AWS's. */
async function prepareCalls(worker) {
  const { address, region, credentials } = worker;
  const kms = new KmsClient({ endpoint: address, region, credentials, timeoutMs: 60_000 });
  const calls = [];
  const call = (action, kind, parameters) => calls.push({ dialect: "alibaba", action, kind, bytes: 32, parameters });
  for (const { kind, ...signing } of SIGNING) {
    const key = await newKey(kms, kind, "SIGN/VERIFY");
    const signed = await kms.asymmetricSign({
      keyId: key.KeyId,
      keyVersionId: key.KeyVersionId,
      algorithm: signing.Algorithm,
      digest: signing.Digest,
    });
    call("AsymmetricSign", kind, { ...key, ...signing });
    call("AsymmetricVerify", kind, { ...key, ...signing, Value: signed.value });
    // By AWS's protocol a caller can give the message itself, which the runtime signs where it has the kind.
    if (!(signing.Algorithm in AWS_NAMES)) continue;
    const message = { KeyId: key.KeyId, Message: MESSAGE, SigningAlgorithm: AWS_NAMES[signing.Algorithm] };
    const raw = await sign(worker, message);
    calls.push({ dialect: "aws", action: "Sign", kind, bytes: 32, parameters: message });
    calls.push({ dialect: "aws", action: "Verify", kind, bytes: 32, parameters: { ...message, Signature: raw } });
  }
  for (const kind of ENCRYPTION) {
    const key = await newKey(kms, kind, "ENCRYPT/DECRYPT");
    const Algorithm = "RSAES_OAEP_SHA_256";
    const sealed = await kms.asymmetricEncrypt({
      keyId: key.KeyId,
      keyVersionId: key.KeyVersionId,
      algorithm: Algorithm,
      plaintext: new Uint8Array(32),
    });
    call("AsymmetricEncrypt", kind, { ...key, Algorithm, Plaintext: PLAINTEXT });
    call("AsymmetricDecrypt", kind, { ...key, Algorithm, CiphertextBlob: sealed.ciphertextBlob });
  }
  return calls;
}

/**
 * @param {object} load
 * @param {object} worker with room for many keys, of EC_SM2 too
 * @param {object} noop
 * @param {object} generateDataKey the call that processor time is told beside
 * @param {object} limits
 */
export async function asymmetricRows(load, worker, noop, generateDataKey, limits) {
  const calls = await prepareCalls(worker);
  const nothing = { name: NOOP, address: noop.address };
  const rows = [];
  for (const call of calls.filter(isLoaded)) {
    const operation = OPERATIONS[call.action];
    const other = isRuntimes(call.kind) ? await startUsingWorker(operation, call.kind) : undefined;
    const others = [nothing, ...named(other, `a Rust worker that awaits one crypto.subtle.${operation}`)];
    rows.push(...(await throughputRows(load, call, worker, others, limits)));
    await other?.stop();
  }
  const making = MAKING.map((kind) => {
    const KeyUsage = kind === "Aliyun_AES_256" ? "ENCRYPT/DECRYPT" : "SIGN/VERIFY";
    return { dialect: "alibaba", action: "CreateKey", kind, bytes: 0, parameters: { KeySpec: kind, KeyUsage } };
  });
  const few = { ...limits, rounds: 1, count: 2_000, connections: 4 };
  for (const call of making) {
    const other = isRuntimes(call.kind) ? await startGeneratingWorker(call.kind) : undefined;
    const others = [nothing, ...named(other, "a worker that awaits crypto.subtle.generateKey")];
    const isRate = ({ unit }) => unit === "requests/s";
    rows.push(...(await throughputRows(load, call, worker, others, few)).filter(isRate));
    await other?.stop();
  }
  rows.push(await blockingRow(worker, limits));
  return [...rows, ...(await processorRows(load, worker, [generateDataKey, ...calls, ...making], limits))];
}

/** A worker as one to be compared with, if there is one. */
const named = (worker, name) => (worker ? [{ name, address: worker.address }] : []);

/**
 * How long a small call waits at the most while an RSA_4096 key is made in the same isolate, beside the same
 * of a worker that does nothing else.
 */
async function blockingRow({ address, region, credentials }, { say, rounds }) {
  say("the longest wait beside RSA_4096 being made");
  const kms = new KmsClient({ endpoint: address, region, credentials, timeoutMs: 60_000 });
  const { keyId } = (await kms.createKey({})).keyMetadata;
  const other = await startGeneratingWorker("RSA_4096");
  const plain = async (method) => (await fetch(other.address, { method })).text();
  const turns = [
    [() => kms.createKey({ keySpec: "RSA_4096" }), () => kms.generateDataKey({ keyId })],
    [() => plain("POST"), () => plain("GET")],
  ];
  const longest = turns.map(() => []);
  // The time that a key takes is drawn anew each time, over a wide range.
  for (let round = 0; round < 3 * rounds; round += 1) {
    for (const [index, [make, call]] of turns.entries()) longest[index].push(await longestBeside(make(), call));
  }
  await other.stop();
  const [value, baselineValue] = longest.map(median);
  const what = { case: "longest wait of a call beside RSA_4096 being made", runtime: "workerd", bytes: 0 };
  return row({ ...what, value, unit: "ms", baseline: "the same beside crypto.subtle.generateKey", baselineValue });
}

async function longestBeside(work, call) {
  let isOver = false;
  const end = work.finally(() => (isOver = true));
  let longest = 0;
  while (!isOver) {
    const began = performance.now();
    await call();
    longest = Math.max(longest, performance.now() - began);
  }
  await end;
  return longest;
}

/** The processor time of each call beside the first's. */
async function processorRows(load, { address, region, credentials, workerdPid: pid }, calls, { say, rounds, ...limits }) {
  const costs = calls.map(() => []);
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    for (const [index, call] of calls.entries()) {
      say(`processor time of ${nameOf(call)}, round ${round + 1}`);
      const task = { address, region, credentials, call, ...limits, count: Math.min(limits.count, 4_000) };
      costs[index].push((await load.run({ pid, ...task })).cpu);
    }
  }
  const [baselineValue, ...values] = costs.map(median);
  return values.map((value, index) => {
    const call = calls[index + 1];
    const what = { case: `${nameOf(call)}: processor time`, bytes: call.bytes, runtime: "workerd" };
    return row({ ...what, value, unit: "ms of CPU", baseline: "a signed GenerateDataKey", baselineValue });
  });
}
