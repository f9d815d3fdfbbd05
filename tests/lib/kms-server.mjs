// SPDX-License-Identifier: Apache-2.0

/**
 * A small key service over HTTP, in both clouds' protocols, for what the worker does not do on request: it
 * counts its calls, is slow, denies, lies and goes away. Its wrapping is real: AES-256-GCM with the encryption
 * context as additional data. It checks no signatures; the worker's tests do.
 */

import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { KmsClient } from "edgekms";

/** A fault: the connection is closed without an answer. */
export const BREAK = Symbol("break");
/** A fault: no answer ever comes. */
export const HANG = Symbol("hang");

const ACCOUNT = "1234567890123456";
const UUID_LENGTH = 36;
const CREDENTIALS = { accessKeyId: "testid", accessKeySecret: "testsecret" };

/** A refusal in the service's words. */
export class Refusal {
  constructor(code, status = 403) {
    this.code = code;
    this.status = status;
  }
}

/**
 * @typedef {{ action: string, keyId?: string, bytes?: number, context: Record<string, string>, at: number }} Call
 */

/**
 * Starts one in a region of its own.
 *
 * @param {{ region?: string, dialect?: "aliyun" | "aws", delayMillis?: number }} [options]
 */
export async function startKmsServer({ region = "r-1", dialect = "aliyun", delayMillis = 0 } = {}) {
  const service = new KeyService(region, dialect);
  service.delayMillis = delayMillis;
  const server = createServer((request, response) => void service.serve(request, response));
  // A burst of a thousand connections must not meet a full backlog: that would be a fault nobody asked for.
  server.listen({ port: 0, host: "127.0.0.1", backlog: 2048 });
  await once(server, "listening");
  service.endpoint = `http://127.0.0.1:${server.address().port}`;
  service[Symbol.asyncDispose] = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return service;
}

class KeyService {
  /** Every call, in the order in which they came. @type {Call[]} */
  calls = [];
  /** Decides what happens to a call: a {@link Refusal}, BREAK, HANG, a changed answer, or nothing. */
  fault = (_call) => undefined;
  delayMillis = 0;
  endpoint = "";
  #region;
  #dialect;
  #keys = new Map();
  #aliases = new Map();

  constructor(region, dialect) {
    this.#region = region;
    this.#dialect = dialect;
  }

  /** A client of it. */
  client(options = {}) {
    const { endpoint } = this;
    return new KmsClient({ endpoint, region: this.#region, dialect: this.#dialect, credentials: CREDENTIALS, ...options });
  }

  /** Makes a CMK, with an alias if one is given; gives its id and ARN. */
  createKey(alias) {
    const keyId = randomUUID();
    const key = { keyId, arn: this.#arn(keyId), material: randomBytes(32), enabled: true };
    this.#keys.set(keyId, key);
    if (alias !== undefined) this.#aliases.set(alias, keyId);
    return key;
  }

  /** Lets an alias name another key. */
  pointAlias(alias, keyId) {
    this.#aliases.set(alias, keyId);
  }

  /** How often an action was asked for. */
  count(action) {
    return this.calls.filter((call) => call.action === action).length;
  }

  #arn(keyId) {
    const start = this.#dialect === "aws" ? "arn:aws:kms" : "acs:kms";
    return `${start}:${this.#region}:${ACCOUNT}:key/${keyId}`;
  }

  async serve(request, response) {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const call = this.#dialect === "aws" ? awsCall(request, body) : aliyunCall(request, body);
    this.calls.push(call);
    if (this.delayMillis > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMillis));
    const fault = await this.fault(call);
    if (fault === BREAK) return request.socket.destroy();
    if (fault === HANG) return undefined;
    let outcome = fault;
    if (outcome === undefined) outcome = this.#answer(call);
    const { status, headers, text } = this.#dialect === "aws" ? awsAnswer(outcome) : aliyunAnswer(outcome);
    response.writeHead(status, headers);
    return response.end(text);
  }

  #answer({ action, keyId, bytes, blob, plaintext, context }) {
    if (action === "Decrypt") return this.#decrypt(Buffer.from(blob, "base64"), context);
    const key = this.#find(keyId);
    if (key === undefined) return new Refusal(keyId?.includes("alias/") ? "Forbidden.AliasNotFound" : "Forbidden.KeyNotFound", 404);
    const name = this.#dialect === "aws" ? key.arn : key.keyId;
    if (action === "DescribeKey") return { KeyMetadata: { KeyId: key.keyId, Arn: key.arn } };
    if (!key.enabled) return new Refusal("Rejected.Disabled", 409);
    if (action === "Encrypt") return { KeyId: name, CiphertextBlob: seal(key, Buffer.from(plaintext, "base64"), context) };
    const dataKey = randomBytes(bytes);
    return { KeyId: name, Plaintext: dataKey.toString("base64"), CiphertextBlob: seal(key, dataKey, context) };
  }

  #decrypt(blob, context) {
    const key = this.#keys.get(blob.subarray(0, UUID_LENGTH).toString("latin1"));
    const plaintext = key && open(key, blob, context);
    if (plaintext === undefined) return new Refusal(this.#dialect === "aws" ? "InvalidCiphertextException" : "InvalidParameter", 400);
    if (!key.enabled) return new Refusal("Rejected.Disabled", 409);
    return { KeyId: this.#dialect === "aws" ? key.arn : key.keyId, Plaintext: plaintext.toString("base64") };
  }

  #find(name = "") {
    return this.#keys.get(this.#aliases.get(name) ?? name.split("key/").pop());
  }
}

function aliyunCall({ headers }, body) {
  const params = new URLSearchParams(body);
  const bytes = params.get("NumberOfBytes");
  return {
    action: String(headers["x-acs-action"]),
    keyId: params.get("KeyId") ?? undefined,
    bytes: bytes === null ? undefined : Number(bytes),
    blob: params.get("CiphertextBlob") ?? undefined,
    plaintext: params.get("Plaintext") ?? undefined,
    context: JSON.parse(params.get("EncryptionContext") ?? "{}"),
    at: performance.now(),
  };
}

function awsCall({ headers }, body) {
  const { KeyId: keyId, NumberOfBytes: bytes, CiphertextBlob: blob, Plaintext: plaintext, EncryptionContext: context = {} } = JSON.parse(body);
  const action = String(headers["x-amz-target"]).split(".").pop();
  return { action, keyId, bytes, blob, plaintext, context, at: performance.now() };
}

function aliyunAnswer(outcome) {
  const headers = { "content-type": "application/json" };
  const RequestId = randomUUID();
  if (!(outcome instanceof Refusal)) return { status: 200, headers, text: JSON.stringify({ RequestId, ...outcome }) };
  const { code, status } = outcome;
  return { status, headers, text: JSON.stringify({ RequestId, Code: code, Message: `because ${code}` }) };
}

function awsAnswer(outcome) {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() };
  if (!(outcome instanceof Refusal)) return { status: 200, headers, text: JSON.stringify(outcome) };
  const { code } = outcome;
  return { status: 400, headers, text: JSON.stringify({ __type: code, message: `because ${code}` }) };
}

const aad = (context) => Buffer.from(JSON.stringify(Object.entries(context).sort()));

/** The key's id, an IV, the ciphertext and its tag. */
function seal({ keyId, material }, plaintext, context) {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", material, iv).setAAD(aad(context));
  const parts = [Buffer.from(keyId), iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(parts).toString("base64");
}

function open({ material }, blob, context) {
  const iv = blob.subarray(UUID_LENGTH, UUID_LENGTH + 12);
  const decipher = createDecipheriv("aes-256-gcm", material, iv).setAAD(aad(context));
  decipher.setAuthTag(blob.subarray(-16));
  try {
    return Buffer.concat([decipher.update(blob.subarray(UUID_LENGTH + 12, -16)), decipher.final()]);
  } catch {
    return undefined;
  }
}
