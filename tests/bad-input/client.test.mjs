// SPDX-License-Identifier: Apache-2.0

/**
 * The public client and envelope against the running worker when something is not as it should
 * be: the wrong CMK, a disabled one, an alias that moved, a wrong clock, wrong credentials.
 */

import assert from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import { Envelope, KmsClient } from "edgekms";
import { patternedBytes, utf8 } from "../lib/bytes.mjs";
import { edgekmsClient } from "../lib/clients.mjs";
import { eventually } from "../lib/eventually.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { officialSdks } from "../lib/official-sdks.mjs";
import { pump } from "../lib/pump.mjs";
import { snapshot } from "../lib/snapshot.mjs";
import { startWorker } from "../lib/worker.mjs";

const HOUR_MS = 3_600_000;
const CONTEXT = { album: "42" };
const PLAINTEXT = patternedBytes(100);

let worker;
let kms;
before(async () => {
  worker = await startWorker();
  kms = edgekmsClient(worker);
});
after(() => worker?.stop());

/** A new CMK and a message under it. */
async function sealed() {
  const { keyMetadata: key } = await kms.createKey({});
  const envelope = new Envelope({ keyring: kms.keyring(key.keyId) });
  return { key, envelope, message: await envelope.encrypt(PLAINTEXT, { encryptionContext: CONTEXT }) };
}

describe("envelopes under a CMK", () => {
  test("the wrong CMK: NoDataKey, whole and as a stream", async () => {
    const { message } = await sealed();
    const { key: another } = await sealed();
    const envelope = new Envelope({ keyring: kms.keyring(another.keyId) });
    await rejectsWithCode(envelope.decrypt(message), "NoDataKey");
    const outcome = await pump(envelope.decryptStream(), message, [10]);
    assert.equal(outcome.readError?.code, "NoDataKey", outcome.readError?.stack);
    assert.equal(outcome.released.length, 0);
  });

  test("a disabled CMK: Rejected.Disabled to seal with and to open with", async () => {
    const { key, envelope, message } = await sealed();
    await kms.disableKey({ keyId: key.keyId });
    await eventually(async () => {
      const error = await rejectsWithCode(envelope.decrypt(message), "Rejected.Disabled");
      assert.equal(error.status, 409);
      await rejectsWithCode(envelope.encrypt(PLAINTEXT), "Rejected.Disabled");
    });
    await kms.enableKey({ keyId: key.keyId });
    await eventually(async () => {
      assert.deepEqual((await envelope.decrypt(message)).plaintext, PLAINTEXT);
    });
  });

  test("an alias that now names another CMK does not open what it sealed before", async () => {
    const aliasName = "alias/moved";
    const { keyMetadata: first } = await kms.createKey({});
    const { keyMetadata: second } = await kms.createKey({});
    await kms.createAlias({ keyId: first.keyId, aliasName });
    const message = await new Envelope({ keyring: kms.keyring(aliasName) }).encrypt(PLAINTEXT);
    await kms.deleteAlias({ aliasName });
    await kms.createAlias({ keyId: second.keyId, aliasName });
    await eventually(async () => {
      // A client of its own: the first may remember what the alias meant.
      const keyring = edgekmsClient(worker).keyring(aliasName);
      await rejectsWithCode(new Envelope({ keyring }).decrypt(message), "NoDataKey");
    });
    assert.deepEqual((await new Envelope({ keyring: kms.keyring(first.arn) }).decrypt(message)).plaintext, PLAINTEXT);
  });

  test("a pair of the context with another value: ContextMismatch", async () => {
    const { envelope, message } = await sealed();
    await rejectsWithCode(envelope.decrypt(message, { encryptionContext: { album: "43" } }), "ContextMismatch");
  });

  test("a changed context in the header: the service does not unwrap the data key", async () => {
    const { envelope, message } = await sealed();
    const at = Buffer.from(message).indexOf("album") + "album".length + 2;
    assert.equal(message[at], "4".charCodeAt(0));
    await rejectsWithCode(envelope.decrypt(message.with(at, "5".charCodeAt(0))), "NoDataKey");
  });

  test("a CMK and an alias that do not exist: the service's codes", async () => {
    const { message } = await sealed();
    for (const [keyId, code] of [
      ["11111111-2222-4333-8444-555555555555", "Forbidden.KeyNotFound"],
      ["alias/nobody", "Forbidden.AliasNotFound"],
    ]) {
      const envelope = new Envelope({ keyring: kms.keyring(keyId) });
      await rejectsWithCode(envelope.encrypt(PLAINTEXT), code);
      const error = await rejectsWithCode(envelope.decrypt(message), "NoDataKey");
      assert.equal(error.cause?.code, code);
    }
  });
});

describe("the client's own calls", () => {
  test("errors carry the service's code, status and request id", async () => {
    const error = await rejectsWithCode(
      kms.describeKey({ keyId: "11111111-2222-4333-8444-555555555555" }),
      "Forbidden.KeyNotFound",
    );
    assert.equal(error.status, 404);
    assert.match(error.requestId, /^[0-9a-f-]{36}$/i);
  });

  test("wrong blobs, a wrong context, a plaintext too long: the service's codes", async () => {
    const { keyMetadata: key } = await kms.createKey({});
    const { ciphertextBlob } = await kms.encrypt({ keyId: key.keyId, plaintext: utf8("x"), encryptionContext: CONTEXT });
    await rejectsWithCode(kms.decrypt({ ciphertextBlob }), "InvalidParameter");
    await rejectsWithCode(kms.decrypt({ ciphertextBlob, encryptionContext: { album: "43" } }), "InvalidParameter");
    await rejectsWithCode(kms.decrypt({ ciphertextBlob: "", encryptionContext: CONTEXT }), "MissingParameter");
    for (const bad of ["A", "not base64!", `${ciphertextBlob} `, ciphertextBlob.slice(4)]) {
      await rejectsWithCode(kms.decrypt({ ciphertextBlob: bad, encryptionContext: CONTEXT }), "InvalidParameter", bad);
    }
    await rejectsWithCode(
      kms.encrypt({ keyId: key.keyId, plaintext: utf8("x"), encryptionContext: { album: ["42"] } }),
      "InvalidArgument",
    );
    await rejectsWithCode(kms.encrypt({ keyId: key.keyId, plaintext: patternedBytes(4097) }), "InvalidParameter");
  });

  test("no credentials: InvalidArgument; none from the function that should give them: CredentialsUnavailable", async () => {
    const listKeys = async (credentials) => edgekmsClient({ ...worker, credentials }).listKeys({});
    for (const credentials of [undefined, null, {}, { accessKeyId: "", accessKeySecret: "" }, { accessKeyId: "only" }]) {
      await rejectsWithCode(listKeys(credentials), "InvalidArgument", JSON.stringify(credentials));
    }
    const down = new Error("the token service is down");
    const error = await rejectsWithCode(
      listKeys(async () => {
        throw down;
      }),
      "CredentialsUnavailable",
    );
    assert.equal(error.cause, down);
    await rejectsWithCode(listKeys(async () => ({})), "CredentialsUnavailable");
  });

  test("a wrong secret: SignatureDoesNotMatch, once and without a retry", async () => {
    let requests = 0;
    const counting = (...request) => {
      requests += 1;
      return fetch(...request);
    };
    const credentials = { ...worker.credentials, accessKeySecret: "guess" };
    const stranger = edgekmsClient({ ...worker, credentials }, { fetch: counting });
    const error = await rejectsWithCode(stranger.listKeys({}), "SignatureDoesNotMatch");
    assert.equal(requests, 1);
    assert.ok(!error.message.includes("guess"));
    const { accessKeyId } = worker.credentials;
    assert.ok(error.message.startsWith(`accessKeySecret is not the secret of access key ${accessKeyId}: `), error.message);
  });

  test("an access key that nobody has: its id, and where it was looked for", async () => {
    const credentials = { accessKeyId: "LTAI5tNobodyHasThis", accessKeySecret: "secret" };
    for (const [dialect, code] of [["aliyun", "InvalidAccessKeyId.NotFound"], ["aws", "UnrecognizedClientException"]]) {
      const stranger = edgekmsClient({ ...worker, credentials }, { dialect });
      const error = await rejectsWithCode(stranger.describeKey({ keyId: "alias/a" }), code);
      assert.ok(error.message.startsWith(`${worker.address} has no access key LTAI5tNobodyHasThis: `), error.message);
    }
  });

  test("an alias with a slip in it: the one that may have been meant, in both dialects and of a keyring", async () => {
    const { keyMetadata: key } = await kms.createKey({});
    await kms.createAlias({ keyId: key.keyId, aliasName: "alias/holiday-photos" });
    const asked = "alias/holyday-photos";
    const words = new RegExp(`there is no ${asked} in ${worker.region}; did you mean alias/holiday-photos\\?`);
    for (const [dialect, code] of [["aliyun", "Forbidden.AliasNotFound"], ["aws", "NotFoundException"]]) {
      const client = edgekmsClient(worker, { dialect });
      const error = await rejectsWithCode(client.describeKey({ keyId: asked }), code);
      assert.match(error.message, words);
      assert.match(error.requestId, /^[0-9a-f-]{36}$/i);
      const sealing = new Envelope({ keyring: client.keyring(asked) }).encrypt(PLAINTEXT);
      assert.match((await rejectsWithCode(sealing, code)).message, words);
    }
  });

  test("an endpoint that is none: InvalidArgument", async () => {
    for (const endpoint of ["", "not a url", "ftp://127.0.0.1", undefined]) {
      const call = async () => new KmsClient({ endpoint, region: worker.region, credentials: worker.credentials }).listKeys({});
      await rejectsWithCode(call(), "InvalidArgument", String(endpoint));
    }
  });
});

describe("a clock that is off by an hour", () => {
  /** Only the Date of this process moves; the worker is another process. */
  async function withClock(offset, task) {
    mock.timers.enable({ apis: ["Date"], now: Date.now() + offset });
    try {
      await task();
    } finally {
      mock.timers.reset();
    }
  }

  for (const [name, offset] of [
    ["slow", -HOUR_MS],
    ["fast", HOUR_MS],
  ]) {
    test(`an hour ${name}: InvalidTimeStamp.Expired from every official SDK, and nothing is created`, async () => {
      const earlier = await snapshot(kms);
      await withClock(offset, async () => {
        for (const sdk of officialSdks(worker)) {
          const error = await sdk.call("CreateKey", { Description: "late" }).then(
            () => assert.fail(`${sdk.name} succeeded`),
            (thrown) => thrown,
          );
          assert.equal(sdk.failure(error).code, "InvalidTimeStamp.Expired", sdk.name);
        }
      });
      assert.deepEqual(await snapshot(kms), earlier);
    });

    test(`an hour ${name}: edgekms's client takes the time from the refusal, and says so where it has none`, async () => {
      const earlier = await snapshot(kms);
      await withClock(offset, async () => {
        let requests = 0;
        const counting = (...request) => {
          requests += 1;
          return fetch(...request);
        };
        const client = edgekmsClient(worker, { fetch: counting });
        await client.listKeys({});
        assert.equal(requests, 2, "one refused, one with the worker's time");
        await client.listKeys({});
        assert.equal(requests, 3, "the difference is remembered");

        const withoutDate = async (...request) => {
          const { status, headers, body } = await fetch(...request);
          const others = new Headers(headers);
          others.delete("date");
          return new Response(body, { status, headers: others });
        };
        const blind = edgekmsClient(worker, { fetch: withoutDate });
        await rejectsWithCode(blind.createKey({ description: "late" }), "InvalidTimeStamp.Expired");
      });
      assert.deepEqual(await snapshot(kms), earlier);
    });
  }
});
