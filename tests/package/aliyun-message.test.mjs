// SPDX-License-Identifier: Apache-2.0

/**
 * Messages of the Alibaba Encryption SDK, with a KMS that answers as it was recorded: which CMKs are asked what, and what
 * comes out. The bytes themselves are tested in crates/aliyun-message.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
  Envelope,
  KmsClient,
  decryptAliyunMessage,
  encryptAliyunMessage,
  inspectAliyunMessage,
  multiKeyring,
  rawAesKeyring,
  rawRsaKeyring,
} from "edgekms";
import { CLIENT_CODES, FORMAT_CODES } from "../../pkg/dist/errors.js";
import { rejectsWithCode } from "../lib/expect.mjs";
import { BREAK, HANG, faultServer } from "./lib/fault-server.mjs";
import { idOf, wrappingKms } from "./lib/wrapping-kms.mjs";

const read = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), "utf8"));
const fromHex = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const { publicKey: PUBLIC_KEY } = read("oss/oss2.json");
const CREDENTIALS = { accessKeyId: "testid", accessKeySecret: "the-secret-itself" };
const client = ({ endpoint }, options = {}) =>
  new KmsClient({ endpoint, region: "cn-hangzhou", credentials: CREDENTIALS, ...options });
/** The keyring of these CMKs, of which the first makes data keys. */
const keyringOf = (server, [first, ...additionalKeyIds]) => client(server).keyring(first, { additionalKeyIds });

/** Every message that Alibaba's SDKs wrote, with what a KMS answers about it. */
const VECTORS = ["python", "java", "java-stream"].flatMap((file) => {
  const { dataKeyHex, messages } = read(`aliyun-message/${file}.json`);
  return messages.map(({ name, algorithm, encryptionContext, encryptedDataKeys, plaintextHex, messageHex }) => ({
    name: `${file}: ${name}`,
    algorithm,
    encryptionContext,
    blobs: Object.fromEntries(encryptedDataKeys.map((key) => [key.keyArn, fromHex(key.ciphertextBlobHex)])),
    dataKey: fromHex(dataKeyHex).subarray(0, algorithm.endsWith("256") ? 32 : 16),
    plaintext: fromHex(plaintextHex),
    message: fromHex(messageHex),
    authenticated: algorithm.includes("GCM"),
  }));
});
const vector = (name) => VECTORS.find((found) => found.name === name) ?? assert.fail(name);
const ONE_CMK = vector("python: AES_GCM_NOPADDING_256, a context of two pairs, one CMK");
const THREE_CMKS = vector("python: three CMKs in two regions");
const CBC = vector("java: AES_CBC_PKCS5_256");
const RAW_AES = rawAesKeyring({ namespace: "app", name: "key", wrappingKey: new Uint8Array(32) });
const arnsOf = ({ blobs }) => Object.keys(blobs);
const plain = (context) => ({ ...context });

describe("messages that Alibaba's SDKs wrote", () => {
  for (const recorded of VECTORS) {
    test(recorded.name, async () => {
      await using server = await wrappingKms(recorded);
      const { algorithm, encryptionContext, authenticated, message } = recorded;
      const header = await inspectAliyunMessage(message);
      assert.deepEqual(header.keyArns, arnsOf(recorded));
      assert.deepEqual([header.algorithm, header.authenticated], [algorithm, authenticated]);
      assert.deepEqual(plain(header.encryptionContext), encryptionContext);

      const [arn] = arnsOf(recorded);
      const options = { keyring: keyringOf(server, arnsOf(recorded)), encryptionContext };
      const opened = await decryptAliyunMessage(message, { ...options, allowUnauthenticated: !authenticated });
      assert.deepEqual(opened.plaintext, recorded.plaintext);
      assert.deepEqual(plain(opened.encryptionContext), encryptionContext);
      assert.equal(opened.algorithm, algorithm);
      assert.equal(server.asked.length, 1);
      const [{ action, CiphertextBlob, EncryptionContext = "{}" }] = server.asked;
      assert.deepEqual([action, CiphertextBlob], ["Decrypt", Buffer.from(recorded.blobs[arn]).toString("base64")]);
      assert.deepEqual(JSON.parse(EncryptionContext), encryptionContext);
    });
  }

  test("those that nothing authenticates stay closed unless that was asked for, and the KMS is not asked", async () => {
    const loose = VECTORS.filter(({ authenticated }) => !authenticated);
    assert.equal(loose.length >= 24, true);
    for (const recorded of loose) {
      await using server = await wrappingKms(recorded);
      const options = { keyring: keyringOf(server, arnsOf(recorded)) };
      for (const allowUnauthenticated of [undefined, false, "yes"]) {
        const opening = decryptAliyunMessage(recorded.message, { ...options, allowUnauthenticated });
        await rejectsWithCode(opening, "UnauthenticatedAlgorithm", recorded.name);
      }
      assert.deepEqual(server.asked, []);
    }
  });
});

describe("messages that are written", () => {
  const plaintext = new TextEncoder().encode("a plaintext");
  const encryptionContext = { album: "42", "用途": "测试" };
  const { blobs, dataKey } = THREE_CMKS;
  const keyArns = arnsOf({ blobs });

  for (const [algorithm, layout] of [
    [undefined, undefined],
    ["AES_GCM_NOPADDING_256", "stream"],
    ["AES_GCM_NOPADDING_128", "der"],
    ["SM4_GCM_NOPADDING_128", "der"],
    ["SM4_GCM_NOPADDING_128", "stream"],
  ]) {
    test(`${algorithm ?? "the default"} in ${layout ?? "the default layout"} is opened by each CMK`, async () => {
      const length = algorithm?.endsWith("128") ? 16 : 32;
      const recorded = { blobs, dataKey: dataKey.subarray(0, length), encryptionContext };
      await using server = await wrappingKms(recorded);
      const keyring = keyringOf(server, keyArns);
      const message = await encryptAliyunMessage(plaintext, { keyring, encryptionContext, algorithm, layout });
      assert.equal(message[0], layout === "stream" ? 0 : 0x30);

      const [generate, ...encrypts] = server.asked;
      assert.deepEqual([generate.action, generate.NumberOfBytes], ["GenerateDataKey", String(length)]);
      assert.deepEqual(encrypts.map(({ action, KeyId }) => [action, KeyId]), keyArns.slice(1).map((arn) => ["Encrypt", arn]));
      for (const { Plaintext, EncryptionContext } of encrypts) {
        assert.equal(Plaintext, Buffer.from(recorded.dataKey).toString("base64"));
        assert.deepEqual(JSON.parse(EncryptionContext), encryptionContext);
      }

      const header = await inspectAliyunMessage(message);
      assert.equal(header.algorithm, algorithm ?? "AES_GCM_NOPADDING_256");
      assert.deepEqual([...header.keyArns], [...keyArns].sort());
      for (const keyArn of keyArns) {
        const opened = await decryptAliyunMessage(message, { keyring: keyringOf(server, [keyArn]) });
        assert.deepEqual(opened.plaintext, plaintext);
        assert.deepEqual(plain(opened.encryptionContext), encryptionContext);
      }
    });
  }

  test("the KMS is asked what the Python SDK asks it, but by ARN and by length", async () => {
    const theirs = read("recorded/alikms-python-encryption-sdk-0.1.1-rpc-v1-GenerateDataKey.json").decoded.query;
    const context = JSON.parse(theirs.EncryptionContext);
    await using server = await wrappingKms({ ...ONE_CMK, encryptionContext: context });
    const options = { keyring: keyringOf(server, arnsOf(ONE_CMK)), encryptionContext: context };
    await encryptAliyunMessage(plaintext, options);
    const [ours] = server.asked;
    assert.deepEqual([theirs.KeySpec, ours.NumberOfBytes], ["AES_256", "32"]);
    assert.deepEqual(JSON.parse(ours.EncryptionContext), context);
    assert.equal(idOf(ours.KeyId), theirs.KeyId);
  });

  test("a text is its UTF-8", async () => {
    await using server = await wrappingKms({ ...ONE_CMK, encryptionContext: {} });
    const options = { keyring: keyringOf(server, arnsOf(ONE_CMK)) };
    const message = await encryptAliyunMessage("机密", options);
    assert.deepEqual((await decryptAliyunMessage(message, options)).plaintext, new TextEncoder().encode("机密"));
  });

  test("CMKs of several regions wrap it, and each region opens it alone", async () => {
    const [far, near] = keyArns;
    await using one = await wrappingKms({ dataKey, blobs: { [near]: blobs[near] } });
    await using other = await wrappingKms({ dataKey, blobs: { [far]: blobs[far] } });
    const [here, there] = [keyringOf(one, [near]), keyringOf(other, [far])];
    const message = await encryptAliyunMessage(plaintext, { keyring: multiKeyring({ generator: here, children: [there] }) });
    assert.deepEqual([one.asked.length, other.asked.length], [1, 1]);
    for (const keyring of [here, there, multiKeyring({ children: [there, here] })]) {
      assert.deepEqual((await decryptAliyunMessage(message, { keyring })).plaintext, plaintext);
    }
  });

  test("one CMK that refuses is the failure of the message, and is named", async () => {
    const failing = { [keyArns[2]]: "Rejected.Disabled" };
    await using server = await wrappingKms({ dataKey, blobs, failing });
    const sealing = encryptAliyunMessage(plaintext, { keyring: keyringOf(server, keyArns) });
    const refused = await rejectsWithCode(sealing, "Rejected.Disabled");
    assert.match(refused.message, new RegExp(idOf(keyArns[2])));
  });

  test("a data key of another length is not used", async () => {
    await using server = await wrappingKms({ dataKey: dataKey.subarray(0, 31), blobs });
    const sealing = encryptAliyunMessage(plaintext, { keyring: keyringOf(server, keyArns) });
    await rejectsWithCode(sealing, "InvalidAnswer");
  });

  test("no data key is made for what cannot be written", async () => {
    await using server = await wrappingKms(ONE_CMK);
    const options = { keyring: keyringOf(server, arnsOf(ONE_CMK)) };
    for (const encryptionContext of [{ "": "empty key" }, { long: "x".repeat(33_000) }, { "\ud800": "lone" }, { lone: "\udfff" }]) {
      await rejectsWithCode(encryptAliyunMessage(plaintext, { ...options, encryptionContext }), "InvalidContext");
    }
    assert.deepEqual(server.asked, []);
  });

  test("what is no CMK of Alibaba's dialect wraps nothing", async () => {
    const rsa = rawRsaKeyring({ namespace: "app", name: "key", padding: "oaep-sha256", publicKey: PUBLIC_KEY });
    await using server = await wrappingKms({ ...ONE_CMK, encryptionContext: {} });
    const cmk = keyringOf(server, arnsOf(ONE_CMK));
    for (const keyring of [RAW_AES, rsa, multiKeyring({ generator: cmk, children: [RAW_AES] }), multiKeyring({ generator: cmk, children: [rsa] })]) {
      const refused = await rejectsWithCode(encryptAliyunMessage(plaintext, { keyring }), "InvalidArgument");
      assert.match(refused.message, /CMK/);
    }
    const discovery = client(server).discoveryKeyring();
    await rejectsWithCode(encryptAliyunMessage(plaintext, { keyring: discovery }), "InvalidArgument");
  });
});

describe("the CMKs that may open", () => {
  const { message, blobs, plaintext } = THREE_CMKS;
  const keyArns = arnsOf(THREE_CMKS);

  test("only those that are named: of any other the KMS is not even asked", async () => {
    await using server = await wrappingKms(ONE_CMK);
    const keyring = keyringOf(server, ["acs:kms:cn-hangzhou:1234567890123456:key/other"]);
    const refused = await rejectsWithCode(decryptAliyunMessage(ONE_CMK.message, { keyring }), "NoDataKey");
    assert.match(refused.message, new RegExp(idOf(arnsOf(ONE_CMK)[0])));
    assert.deepEqual(server.asked, []);
  });

  test("any, where discovery was asked for", async () => {
    await using server = await wrappingKms(THREE_CMKS);
    const opened = await decryptAliyunMessage(message, { keyring: client(server).discoveryKeyring() });
    assert.deepEqual(opened.plaintext, plaintext);
  });

  test("one that the message claims and the KMS does not confirm is refused", async () => {
    await using server = await wrappingKms({ ...ONE_CMK, answersAs: "11111111-2222-4333-8444-555555555555" });
    const keyring = keyringOf(server, arnsOf(ONE_CMK));
    const refused = await rejectsWithCode(decryptAliyunMessage(ONE_CMK.message, { keyring }), "InvalidAnswer");
    assert.match(refused.message, /11111111-2222/);
  });

  test("are tried until one opens", async () => {
    const failing = { [keyArns[0]]: "Rejected.Disabled", [keyArns[1]]: "Forbidden.NoPermission" };
    await using server = await wrappingKms({ ...THREE_CMKS, failing });
    const opened = await decryptAliyunMessage(message, { keyring: keyringOf(server, keyArns) });
    assert.deepEqual(opened.plaintext, plaintext);
    assert.equal(server.asked.length, 3);
  });

  test("a region that is down keeps no other from opening", async () => {
    await using down = await faultServer([BREAK]);
    await using up = await wrappingKms(THREE_CMKS);
    const keyring = multiKeyring({ children: [keyringOf(down, [keyArns[0]]), keyringOf(up, [keyArns[1]])] });
    assert.deepEqual((await decryptAliyunMessage(message, { keyring })).plaintext, plaintext);
  });

  test("one that fails says why; several are NoDataKey, with all of them as its cause", async () => {
    const failing = Object.fromEntries(keyArns.map((arn) => [arn, "Rejected.Disabled"]));
    await using server = await wrappingKms({ ...THREE_CMKS, failing });
    const alone = decryptAliyunMessage(message, { keyring: keyringOf(server, [keyArns[1]]) });
    assert.equal((await rejectsWithCode(alone, "Rejected.Disabled")).status, 403);
    const none = await rejectsWithCode(decryptAliyunMessage(message, { keyring: keyringOf(server, keyArns) }), "NoDataKey");
    assert.deepEqual(none.cause.errors.map(({ code }) => code), keyArns.map(() => "Rejected.Disabled"));
  });

  test("a data key that is another's, or too short, opens nothing", async () => {
    const other = Uint8Array.from(THREE_CMKS.dataKey, (byte) => byte ^ 1);
    await using wrong = await wrappingKms({ ...THREE_CMKS, dataKey: other });
    await rejectsWithCode(decryptAliyunMessage(message, { keyring: keyringOf(wrong, keyArns) }), "HeaderNotAuthentic");
    await using short = await wrappingKms({ ...THREE_CMKS, dataKey: other.subarray(1) });
    await rejectsWithCode(decryptAliyunMessage(message, { keyring: keyringOf(short, [keyArns[0]]) }), "InvalidAnswer");
  });

  test("keys that you hold yourself open none", async () => {
    await rejectsWithCode(decryptAliyunMessage(message, { keyring: RAW_AES }), "NoDataKey");
  });

  test("an aborted signal ends the trying, before and in the middle of it", async () => {
    await using server = await wrappingKms(THREE_CMKS);
    const reason = new Error("enough");
    const keyring = keyringOf(server, keyArns);
    await assert.rejects(decryptAliyunMessage(message, { keyring, signal: AbortSignal.abort(reason) }), reason);
    await assert.rejects(encryptAliyunMessage(plaintext, { keyring, signal: AbortSignal.abort(reason) }), reason);
    assert.deepEqual(server.asked, []);
    await using hanging = await faultServer([HANG]);
    const controller = new AbortController();
    const opening = decryptAliyunMessage(message, { keyring: keyringOf(hanging, keyArns), signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await assert.rejects(opening, reason);
  });
});

describe("bad input", () => {
  const { message } = ONE_CMK;
  const keyArns = arnsOf(ONE_CMK);
  /** Nothing listens there: whoever is asked fails with another code. */
  const NEVER = keyringOf({ endpoint: "http://127.0.0.1:9" }, keyArns);

  for (const [what, code, change] of [
    ["nothing", "TruncatedMessage", () => new Uint8Array(0)],
    ["a text in bytes", "MalformedHeader", () => new TextEncoder().encode("plaintext")],
    ["a message that was cut", "TruncatedMessage", (bytes) => bytes.subarray(0, -1)],
    ["a message with more after it", "TrailingBytes", (bytes) => new Uint8Array([...bytes, 0])],
    ["an unknown algorithm", "UnsupportedSuite", (bytes) => changed(bytes, bytes.indexOf(2, 13), 99)],
    ["a stream that was cut", "TruncatedMessage", () => vector("java-stream: no context").message.subarray(0, 40)],
  ]) {
    test(`${what} is ${code}, without a call`, async () => {
      await rejectsWithCode(decryptAliyunMessage(change(message), { keyring: NEVER }), code);
      await rejectsWithCode(inspectAliyunMessage(change(message)), code);
    });
  }

  test("changes of header and content are told apart", async () => {
    await using server = await wrappingKms(ONE_CMK);
    const options = { keyring: keyringOf(server, keyArns) };
    const last = changed(message, message.length - 1, message.at(-1) ^ 1);
    await rejectsWithCode(decryptAliyunMessage(last, options), "FrameNotAuthentic");
    const blob = Buffer.from(message).indexOf(Buffer.from(ONE_CMK.blobs[keyArns[0]]));
    const header = message.subarray(blob + 108);
    const tag = blob + 108 + Buffer.from(header).indexOf(Buffer.from([0x04, 0x10])) + 2;
    await rejectsWithCode(decryptAliyunMessage(changed(message, tag, message[tag] ^ 1), options), "HeaderNotAuthentic");
  });

  test("another context than the one expected names the pair, not its value, without a call", async () => {
    for (const encryptionContext of [{ this: "hidden" }, { missing: "" }, { ...ONE_CMK.encryptionContext, a: "hidden" }]) {
      const opening = decryptAliyunMessage(message, { keyring: NEVER, encryptionContext });
      const refused = await rejectsWithCode(opening, "ContextMismatch");
      assert.doesNotMatch(refused.message, /hidden|"context"|"b"/);
    }
    await using server = await wrappingKms(ONE_CMK);
    const part = { keyring: keyringOf(server, keyArns), encryptionContext: { a: "b" } };
    assert.deepEqual((await decryptAliyunMessage(message, part)).plaintext, ONE_CMK.plaintext);
  });

  test("more data keys than allowed are refused without a call", async () => {
    const options = { keyring: NEVER, maxEncryptedDataKeys: 2 };
    await rejectsWithCode(decryptAliyunMessage(THREE_CMKS.message, options), "TooManyEncryptedDataKeys");
  });

  for (const [what, options] of [
    ["no keyring", { keyring: undefined }],
    ["a client for a keyring", { keyring: client({ endpoint: "http://127.0.0.1:9" }) }],
    ["an ARN for a keyring", { keyring: keyArns[0] }],
    ["a number in a context", { encryptionContext: { a: 1 } }],
    ["a Map as context", { encryptionContext: new Map([["a", "b"]]) }],
    ["a limit of zero", { maxEncryptedDataKeys: 0 }],
    ["a limit that is no number", { maxEncryptedDataKeys: "many" }],
  ]) {
    test(`${what} is InvalidArgument`, async () => {
      await rejectsWithCode(decryptAliyunMessage(message, { keyring: NEVER, ...options }), "InvalidArgument");
      if ("maxEncryptedDataKeys" in options) return;
      await rejectsWithCode(encryptAliyunMessage(message, { keyring: NEVER, ...options }), "InvalidArgument");
    });
  }

  for (const [what, options] of [
    ["an algorithm that is not written", { algorithm: "AES_CTR_NOPADDING_256" }],
    ["an algorithm that does not exist", { algorithm: "AES" }],
    ["a layout that does not exist", { layout: "json" }],
  ]) {
    test(`${what} is InvalidArgument`, async () => {
      const written = encryptAliyunMessage(message, { keyring: NEVER, ...options });
      await rejectsWithCode(written, "InvalidArgument");
    });
  }

  test("options that are none are InvalidArgument", async () => {
    for (const options of [undefined, null, 1, {}]) {
      await rejectsWithCode(encryptAliyunMessage(message, options), "InvalidArgument");
      await rejectsWithCode(decryptAliyunMessage(message, options), "InvalidArgument");
    }
  });

  test("our own messages and theirs are not taken for each other", async () => {
    const ours = await new Envelope({ keyring: RAW_AES }).encrypt("text");
    await rejectsWithCode(decryptAliyunMessage(ours, { keyring: NEVER }), "MalformedHeader");
    await rejectsWithCode(new Envelope({ keyring: RAW_AES }).decrypt(message), "MalformedHeader");
  });

  test("what is no bytes is InvalidArgument", async () => {
    await rejectsWithCode(decryptAliyunMessage("text", { keyring: NEVER }), "InvalidArgument");
    for (const bytes of [null, undefined, [1, 2], 7]) {
      await rejectsWithCode(encryptAliyunMessage(bytes, { keyring: NEVER }), "InvalidArgument");
      await rejectsWithCode(decryptAliyunMessage(bytes, { keyring: NEVER }), "InvalidArgument");
      await rejectsWithCode(inspectAliyunMessage(bytes), "InvalidArgument");
    }
  });
});

test("every code of the crate is documented by the package", () => {
  const source = readFileSync(new URL("../../crates/aliyun-message/src/error.rs", import.meta.url), "utf8");
  const list = /pub const CODES: &\[&str\] = &\[([^\]]+)\]/.exec(source)[1];
  const codes = [...list.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 10);
  const documented = { ...FORMAT_CODES, ...CLIENT_CODES };
  assert.deepEqual(codes.filter((code) => !(code in documented)), []);
});

test("a caller's bytes are left alone, whatever view of them is given", async () => {
  await using server = await wrappingKms(CBC);
  const copy = CBC.message.slice();
  const options = { keyring: keyringOf(server, arnsOf(CBC)), allowUnauthenticated: true };
  for (const given of [copy, copy.buffer, new DataView(copy.buffer), Buffer.from(copy)]) {
    assert.deepEqual((await decryptAliyunMessage(given, options)).plaintext, CBC.plaintext);
  }
  assert.deepEqual(copy, CBC.message);
});

function changed(bytes, at, value) {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}
