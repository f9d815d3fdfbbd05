// SPDX-License-Identifier: Apache-2.0

/** `sign`, `verify` and `publicKey` of a `KmsClient`: what is sent in each dialect, and how often. */

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, test } from "node:test";
import { KmsClient, PublicKey } from "edgekms";
import { toBase64, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";

const MESSAGE = utf8("a message");
const ECDSA = { algorithm: "ECDSA_SHA_256" };
const ARN = "arn:aws:kms:eu-x-1:123456789012:key/k";
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const SIGNATURE = new Uint8Array(sign("sha256", MESSAGE, privateKey));
const digestOf = (hash, message = MESSAGE) => new Uint8Array(createHash(hash).update(message).digest());

const invalid = {
  status: 400,
  headers: { "x-amzn-errortype": "KMSInvalidSignatureException" },
  body: { __type: "KMSInvalidSignatureException", message: "m" },
};

/** What a service with one key says, whose versions are asked for by any name. */
const ANSWERS = {
  aliyun: {
    ListKeyVersions: ({ KeyId }) => ({ KeyVersions: { KeyVersion: [{ KeyId, KeyVersionId: `newest of ${KeyId}` }] } }),
    AsymmetricSign: () => ({ Value: toBase64(SIGNATURE) }),
    AsymmetricVerify: ({ Value }) => ({ Value: Value === toBase64(SIGNATURE) }),
    GetPublicKey: ({ KeyVersionId }) => ({
      KeyId: "k",
      KeyVersionId,
      PublicKey: publicKey.export({ type: "spki", format: "pem" }),
    }),
  },
  aws: {
    Sign: () => ({ Signature: toBase64(SIGNATURE) }),
    Verify: ({ Signature }) => (Signature === toBase64(SIGNATURE) ? { SignatureValid: true } : invalid),
    GetPublicKey: () => ({
      KeyId: ARN,
      PublicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    }),
  },
};

/** A client of a service that answers so, and the calls that it has made. */
function service(dialect, answers = {}) {
  const calls = [];
  const fetch = async (_url, { headers, body }) => {
    const sent = new Headers(headers);
    const action = sent.get("x-acs-action") ?? sent.get("x-amz-target").split(".")[1];
    const fields = dialect === "aws" ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    delete fields.RegionId;
    calls.push([action, fields]);
    const answer = { ...ANSWERS[dialect], ...answers }[action](fields);
    const { status = 200, headers: more, body: told = { RequestId: "id", ...answer } } = answer;
    return Response.json(told, { status, headers: { "x-amzn-requestid": "id", ...more } });
  };
  const kms = new KmsClient({
    endpoint: "https://kms.example",
    region: "eu-x-1",
    credentials: { accessKeyId: "a", accessKeySecret: "s" },
    dialect,
    fetch,
    maxAttempts: 1,
  });
  const actions = () => calls.map(([action]) => action);
  return { kms, calls, actions };
}

describe("aliyun", () => {
  test("signing sends the digest and the newest version, which is asked for once", async () => {
    const { kms, calls, actions } = service("aliyun");
    assert.deepEqual(await kms.sign("k", MESSAGE, ECDSA), SIGNATURE);
    await kms.sign("k", MESSAGE, { algorithm: "RSASSA_PKCS1_V1_5_SHA_512" });
    assert.deepEqual(calls, [
      ["ListKeyVersions", { KeyId: "k", PageSize: "101" }],
      [
        "AsymmetricSign",
        { KeyId: "k", KeyVersionId: "newest of k", Algorithm: "ECDSA_SHA_256", Digest: toBase64(digestOf("sha256")) },
      ],
      [
        "AsymmetricSign",
        { KeyId: "k", KeyVersionId: "newest of k", Algorithm: "RSA_PKCS1_SHA_512", Digest: toBase64(digestOf("sha512")) },
      ],
    ]);
    await kms.verify("k", MESSAGE, SIGNATURE, ECDSA);
    await kms.publicKey("k");
    await kms.sign("other", MESSAGE, ECDSA);
    const more = ["AsymmetricVerify", "GetPublicKey", "ListKeyVersions", "AsymmetricSign"];
    assert.deepEqual(actions().slice(3), more);
  });

  test("many calls at once ask for the version once; a version that is given is not asked for", async () => {
    const { kms, actions } = service("aliyun");
    await Promise.all([1, 2, 3].map(() => kms.sign("k", MESSAGE, ECDSA)));
    assert.equal(actions().filter((action) => action === "ListKeyVersions").length, 1);
    const named = service("aliyun");
    await named.kms.sign("k", MESSAGE, { ...ECDSA, keyVersionId: "v" });
    assert.deepEqual(named.actions(), ["AsymmetricSign"]);
    assert.equal(named.calls[0][1].KeyVersionId, "v");
  });

  test("versions of the last 100 keys are remembered, an alias's for a minute", async (context) => {
    const { kms, actions } = service("aliyun");
    const asked = async (keyId) => {
      const before = actions().length;
      await kms.sign(keyId, MESSAGE, ECDSA);
      return actions().slice(before).includes("ListKeyVersions");
    };
    for (let index = 0; index <= 100; index += 1) assert.ok(await asked(`k${index}`));
    assert.ok(!(await asked("k1")));
    assert.ok(await asked("k0"), "the oldest was forgotten");
    context.mock.timers.enable({ apis: ["Date"], now: Date.now() });
    assert.ok(await asked("alias/a"));
    context.mock.timers.tick(59_000);
    assert.ok(!(await asked("alias/a")));
    context.mock.timers.tick(2_000);
    assert.ok(await asked("alias/a"), "it may be another key's by now");
    assert.ok(!(await asked("k100")));
  });

  test("a version that could not be told is asked for again", async () => {
    let fails = true;
    const refused = { status: 403, body: { Code: "Forbidden.NoPermission", Message: "m" } };
    const { kms } = service("aliyun", {
      ListKeyVersions: (fields) => (fails ? refused : ANSWERS.aliyun.ListKeyVersions(fields)),
    });
    await rejectsWithCode(kms.sign("k", MESSAGE, ECDSA), "Forbidden.NoPermission");
    fails = false;
    assert.deepEqual(await kms.sign("k", MESSAGE, ECDSA), SIGNATURE);
    const none = service("aliyun", { ListKeyVersions: () => ({ KeyVersions: { KeyVersion: [] } }) });
    await rejectsWithCode(none.kms.sign("k", MESSAGE, ECDSA), "InvalidAnswer");
  });

  test("verifying sends the signature, and the answer is the verdict", async () => {
    const { kms, calls } = service("aliyun");
    assert.equal(await kms.verify("k", MESSAGE, SIGNATURE, { ...ECDSA, keyVersionId: "v" }), true);
    const Digest = toBase64(digestOf("sha256"));
    const fields = { KeyId: "k", KeyVersionId: "v", Algorithm: "ECDSA_SHA_256", Digest, Value: toBase64(SIGNATURE) };
    assert.deepEqual(calls, [["AsymmetricVerify", fields]]);
    assert.equal(await kms.verify("k", MESSAGE, SIGNATURE.slice(1), ECDSA), false);
    const odd = service("aliyun", { AsymmetricVerify: () => ({ Value: "true" }) });
    assert.equal(await odd.kms.verify("k", MESSAGE, SIGNATURE, ECDSA), false);
  });

  test("the public key names its key and version, and asks nothing more", async () => {
    const { kms, actions } = service("aliyun");
    const key = await kms.publicKey("alias/a");
    assert.ok(key instanceof PublicKey);
    assert.deepEqual([key.keyId, key.keyVersionId], ["k", "newest of alias/a"]);
    assert.equal(await key.verify(MESSAGE, SIGNATURE, ECDSA), true);
    assert.deepEqual(actions(), ["ListKeyVersions", "GetPublicKey"]);
    assert.equal((await kms.publicKey("k", { keyVersionId: "v" })).keyVersionId, "v");
  });
});

describe("aws", () => {
  test("signing sends the digest as such, and no version", async () => {
    const { kms, calls } = service("aws");
    assert.deepEqual(await kms.sign("k", MESSAGE, ECDSA), SIGNATURE);
    await kms.sign("acs:kms:eu-x-1:123456789012:key/k", MESSAGE, { algorithm: "RSA_PSS_SHA_384" });
    assert.deepEqual(calls, [
      [
        "Sign",
        { KeyId: "k", SigningAlgorithm: "ECDSA_SHA_256", Message: toBase64(digestOf("sha256")), MessageType: "DIGEST" },
      ],
      [
        "Sign",
        { KeyId: ARN, SigningAlgorithm: "RSASSA_PSS_SHA_384", Message: toBase64(digestOf("sha384")), MessageType: "DIGEST" },
      ],
    ]);
    await rejectsWithCode(kms.sign("k", MESSAGE, { ...ECDSA, keyVersionId: "v" }), "InvalidArgument");
  });

  test("a signature that is not good is an error there, and no here; other errors are errors", async () => {
    const { kms, calls } = service("aws");
    assert.equal(await kms.verify("k", MESSAGE, SIGNATURE, ECDSA), true);
    assert.equal(calls[0][1].Signature, toBase64(SIGNATURE));
    assert.equal(calls[0][1].MessageType, "DIGEST");
    assert.equal(await kms.verify("k", MESSAGE, SIGNATURE.slice(1), ECDSA), false);
    const body = { __type: "DisabledException", message: "m" };
    const disabled = service("aws", { Verify: () => ({ status: 400, body }) });
    await rejectsWithCode(disabled.kms.verify("k", MESSAGE, SIGNATURE, ECDSA), "DisabledException");
  });

  test("the public key names its key", async () => {
    const { kms, actions } = service("aws");
    const key = await kms.publicKey("k");
    assert.deepEqual([key.keyId, key.keyVersionId], [ARN, undefined]);
    assert.equal(await key.verify(MESSAGE, SIGNATURE, ECDSA), true);
    assert.deepEqual(actions(), ["GetPublicKey"]);
    const raw = service("aws");
    assert.equal((await raw.kms.asymmetricSign({ keyId: "k", message: MESSAGE, signingAlgorithm: "s" })).requestId, "id");
    assert.deepEqual(raw.actions(), ["Sign"]);
  });
});

for (const dialect of ["aliyun", "aws"]) {
  describe(`both: ${dialect}`, () => {
    test("a digest is signed as it is, and must have its hash's length", async () => {
      const { kms, calls } = service(dialect);
      const digest = digestOf("sha256", utf8("another"));
      await kms.sign("k", { digest }, ECDSA);
      await kms.verify("k", { digest }, SIGNATURE, ECDSA);
      const sent = calls.map(([, { Digest, Message }]) => Digest ?? Message).filter(Boolean);
      assert.deepEqual(sent, [toBase64(digest), toBase64(digest)]);
      const count = calls.length;
      for (const wrong of [new Uint8Array(0), digestOf("sha384"), "text"]) {
        await rejectsWithCode(kms.sign("k", { digest: wrong }, ECDSA), "InvalidArgument");
      }
      assert.equal(calls.length, count);
    });

    test("what cannot be a signature is not good, without a call", async () => {
      const { kms, calls } = service(dialect);
      for (const length of [0, 513, 100_000]) {
        assert.equal(await kms.verify("k", MESSAGE, new Uint8Array(length), ECDSA), false);
      }
      assert.equal(calls.length, 0);
    });

    test("a call that cannot be sent is refused before it is sent", async () => {
      const { kms, calls } = service(dialect);
      for (const call of [
        () => kms.sign("k", MESSAGE),
        () => kms.sign("k", MESSAGE, {}),
        () => kms.sign("k", MESSAGE, { algorithm: "RSAES_OAEP_SHA_256" }),
        () => kms.sign("k", "text", ECDSA),
        () => kms.sign("k", undefined, ECDSA),
        () => kms.sign("", MESSAGE, ECDSA),
        () => kms.sign({ keyId: "k" }, MESSAGE, ECDSA),
        () => kms.verify("k", MESSAGE, "text", ECDSA),
        () => kms.verify("k", MESSAGE, SIGNATURE, {}),
        () => kms.publicKey(),
      ]) {
        await rejectsWithCode(call(), "InvalidArgument", String(call));
      }
      assert.equal(calls.length, 0);
    });

    test("an answer without the signature or the key is none", async () => {
      const empty = () => ({ Value: undefined });
      const { kms } = service(dialect, { Sign: empty, AsymmetricSign: empty, GetPublicKey: empty });
      await rejectsWithCode(kms.sign("k", MESSAGE, ECDSA), "InvalidAnswer");
      await rejectsWithCode(kms.publicKey("k"), "InvalidAnswer");
    });

    test("a signal that is aborted already sends nothing", async () => {
      const { kms, calls } = service(dialect);
      const signal = AbortSignal.abort(new Error("enough"));
      await assert.rejects(kms.sign("k", MESSAGE, { ...ECDSA, signal }), /enough/);
      await assert.rejects(kms.publicKey("k", { signal }), /enough/);
      assert.equal(calls.length, 0);
    });
  });
}
