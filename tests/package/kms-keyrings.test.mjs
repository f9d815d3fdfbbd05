// SPDX-License-Identifier: Apache-2.0

/** KMS keyrings against a key service that counts its calls, denies, lies and goes away. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Envelope, inspect, multiKeyring, passwordKeyring, rawAesKeyring } from "edgekms";
import { patternedBytes, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { BREAK, HANG, Refusal, startKmsServer } from "../lib/kms-server.mjs";

const PLAINTEXT = utf8("x");
const CONTEXT = { album: "42" };
const rawAes = (name, seed = 1) => rawAesKeyring({ namespace: "tests", name, wrappingKey: patternedBytes(32, seed) });

const seal = (keyring) => new Envelope({ keyring }).encrypt(PLAINTEXT, { encryptionContext: CONTEXT });
async function opens(keyring, message) {
  const { plaintext } = await new Envelope({ keyring }).decrypt(message);
  assert.deepEqual(plaintext, PLAINTEXT);
}
const refuses = (keyring, message, code) => rejectsWithCode(new Envelope({ keyring }).decrypt(message), code);
const providers = async (message) => (await inspect(message)).encryptedDataKeys.map(({ providerInfo }) => providerInfo);

for (const dialect of ["aliyun", "aws"]) {
  describe(`in the dialect ${dialect}`, () => {
    test("an ARN is compared without a call, and a name is asked for once a message", async () => {
      await using server = await startKmsServer({ dialect });
      const key = server.createKey("alias/a");
      const message = await seal(server.client().keyring(key.arn));
      assert.deepEqual(server.calls.map(({ action }) => action), ["GenerateDataKey"]);
      await opens(server.client().keyring(key.arn), message);
      assert.equal(server.count("DescribeKey"), 0);
      await opens(server.client().keyring("alias/a"), message);
      await opens(server.client().keyring("alias/a", { additionalKeyIds: [key.arn] }), message);
      assert.equal(server.count("DescribeKey"), 1, "an ARN that fits is tried before any name is asked for");
    });

    test("a message of twenty data keys causes one question for a keyring's alias, and no decryption", async () => {
      await using server = await startKmsServer({ dialect });
      const [, ...others] = Array.from({ length: 21 }, () => server.createKey().arn);
      const message = await seal(server.client().keyring(others[0], { additionalKeyIds: others.slice(1) }));
      assert.equal((await providers(message)).length, 20);
      server.createKey("alias/mine");
      server.calls.length = 0;
      await refuses(server.client().keyring("alias/mine"), message, "NoDataKey");
      assert.deepEqual(server.calls.map(({ action }) => action), ["DescribeKey"]);
    });

    test("a message of other CMKs is not even tried, and the error names theirs and the keyring's", async () => {
      await using server = await startKmsServer({ dialect });
      const [mine, theirs] = [server.createKey("alias/mine"), server.createKey()];
      const message = await seal(server.client().keyring(theirs.arn));
      for (const name of [mine.arn, "alias/mine"]) {
        const error = await refuses(server.client().keyring(name), message, "NoDataKey");
        assert.ok(error.message.includes(mine.arn) && error.message.includes(theirs.arn), error.message);
        assert.equal(error.cause, undefined);
      }
      assert.equal(server.count("Decrypt"), 0);
    });

    test("a service that used another CMK than the message names is not believed", async () => {
      await using server = await startKmsServer({ dialect });
      const [key, other] = [server.createKey(), server.createKey()];
      const message = await seal(server.client().keyring(key.arn));
      const Plaintext = Buffer.alloc(32).toString("base64");
      server.fault = ({ action }) => (action === "Decrypt" ? { KeyId: other.arn, Plaintext } : undefined);
      for (const keyring of [server.client().keyring(key.arn), server.client().discoveryKeyring()]) {
        const error = await refuses(keyring, message, "InvalidAnswer");
        assert.ok(error.message.includes(key.arn) && error.message.includes(other.arn), error.message);
      }
    });
  });
}

test("a data key of the wrong length is refused, whether sealing or opening", async () => {
  await using server = await startKmsServer();
  const key = server.createKey();
  const message = await seal(server.client().keyring(key.arn));
  const Plaintext = Buffer.alloc(31).toString("base64");
  server.fault = ({ action }) => {
    const blob = { KeyId: key.keyId, Plaintext, CiphertextBlob: "AAAA" };
    return action === "GenerateDataKey" || action === "Decrypt" ? blob : undefined;
  };
  const keyring = server.client().keyring(key.arn);
  assert.match((await rejectsWithCode(seal(keyring), "InvalidAnswer")).message, /31 bytes/);
  assert.match((await refuses(keyring, message, "InvalidAnswer")).message, /31 bytes/);
});

describe("errors of the service", () => {
  for (const [code, status] of [
    ["Rejected.Disabled", 409],
    ["Forbidden.NoPermission", 403],
  ]) {
    test(`the one data key that could have opened: ${code} itself, with its status and request id`, async () => {
      await using server = await startKmsServer();
      const [key, other] = [server.createKey(), server.createKey()];
      const keyring = server.client().keyring(key.arn, { additionalKeyIds: [other.arn] });
      const message = await seal(server.client().keyring(key.arn));
      server.fault = ({ action }) => (action === "Decrypt" ? new Refusal(code, status) : undefined);
      const others = [rawAes("another"), passwordKeyring({ password: "correct horse" })];
      for (const one of [keyring, multiKeyring({ children: [...others, keyring] })]) {
        const error = await refuses(one, message, code);
        assert.equal(error.status, status);
        assert.ok(error.requestId);
      }
    });
  }

  test("several that were tried: NoDataKey with all their answers, in their order", async () => {
    await using server = await startKmsServer();
    const [one, two] = [server.createKey(), server.createKey()];
    const keyring = server.client().keyring(one.arn, { additionalKeyIds: [two.arn] });
    const message = await seal(keyring);
    const refusals = [new Refusal("Rejected.Disabled", 409), new Refusal("Forbidden.NoPermission")];
    server.fault = ({ action }) => (action === "Decrypt" ? refusals.shift() : undefined);
    const error = await refuses(keyring, message, "NoDataKey");
    assert.ok(error.cause instanceof AggregateError);
    assert.deepEqual(error.cause.errors.map(({ code }) => code), ["Rejected.Disabled", "Forbidden.NoPermission"]);
    assert.match(error.message, /Rejected\.Disabled.*Forbidden\.NoPermission/);
  });

  test("a blob that the service does not open: NoDataKey, which says what may be wrong", async () => {
    await using server = await startKmsServer();
    const key = server.createKey();
    const keyring = server.client().keyring(key.arn);
    const message = await seal(keyring);
    const at = Buffer.from(message).indexOf("album") + "album".length + 2;
    const error = await refuses(keyring, message.with(at, message[at] + 1), "NoDataKey");
    assert.match(error.message, /context/);
    assert.equal(error.cause.code, "InvalidParameter");
  });

  test("an alias that does not exist is named, whether sealing or opening", async () => {
    await using server = await startKmsServer();
    const message = await seal(server.client().keyring(server.createKey().arn));
    const keyring = server.client().keyring("alias/nobody");
    assert.match((await rejectsWithCode(seal(keyring), "Forbidden.AliasNotFound")).message, /alias\/nobody/);
    const error = await refuses(keyring, message, "NoDataKey");
    assert.match(error.message, /alias\/nobody/);
    assert.equal(error.cause.code, "Forbidden.AliasNotFound");
  });

  test("a context or key in an error is not the user's plaintext, and a message cannot write lines into it", async () => {
    await using server = await startKmsServer();
    const key = server.createKey();
    const message = await seal(server.client().keyring(key.arn));
    const at = Buffer.from(message).indexOf(key.keyId);
    const forged = message.with(at, "\n".charCodeAt(0)).with(at + 1, 0x1b);
    const error = await refuses(server.client().keyring(key.arn), forged, "NoDataKey");
    assert.doesNotMatch(error.message, /[^\x20-\x7e]/);
  });

  test("a signal's reason comes as it is, and nothing else is tried", async () => {
    await using server = await startKmsServer();
    const key = server.createKey();
    const keyring = multiKeyring({ children: [server.client().keyring(key.arn), rawAes("k")] });
    const message = await seal(server.client().keyring(key.arn));
    const controller = new AbortController();
    const reason = new Error("enough");
    server.fault = ({ action }) => {
      if (action === "Decrypt") controller.abort(reason);
      return HANG;
    };
    const opening = new Envelope({ keyring }).decrypt(message, { signal: controller.signal });
    await assert.rejects(opening, (error) => error === reason);
    assert.equal(server.count("Decrypt"), 1);
  });
});

describe("several CMKs", () => {
  test("the generator makes the data key, the others wrap it at the same time, in their own order", async () => {
    await using server = await startKmsServer();
    const [first, ...others] = Array.from({ length: 6 }, () => server.createKey().arn);
    const kms = server.client();
    const keyring = multiKeyring({
      generator: kms.keyring(first, { additionalKeyIds: others.slice(0, 2) }),
      children: [rawAes("in between"), ...others.slice(2).map((arn) => kms.keyring(arn))],
    });
    // The generator's two, then the three children: none is answered before all have come, and the last one first.
    const together = [2, 3];
    let waiting = [];
    server.fault = ({ action }) => {
      if (action !== "Encrypt") return undefined;
      const { promise, resolve } = Promise.withResolvers();
      waiting.push(resolve);
      if (waiting.length === together[0]) {
        together.shift();
        for (const [turn, answer] of waiting.reverse().entries()) setTimeout(answer, 20 * turn);
        waiting = [];
      }
      return promise;
    };
    const message = await seal(keyring);
    const arns = (await providers(message)).filter((info) => info.startsWith("acs:"));
    assert.deepEqual(arns, [first, ...others]);
    assert.match((await providers(message))[3], /in between/);
    for (const arn of [first, ...others]) await opens(kms.keyring(arn), message);
    await opens(rawAes("in between"), message);
  });

  test("one missing permission: nothing is sealed, the error names the CMK, and the other one opens", async () => {
    await using server = await startKmsServer();
    const [one, two] = [server.createKey("alias/one"), server.createKey("alias/two")];
    const both = server.client().keyring("alias/one", { additionalKeyIds: ["alias/two"] });
    const message = await seal(both);
    const denied = new Refusal("Forbidden.NoPermission");
    for (const [name, key, action] of [
      ["alias/one", one, "GenerateDataKey"],
      ["alias/two", two, "Encrypt"],
    ]) {
      server.fault = (call) => {
        if (call.action === action) return denied;
        return call.action === "Decrypt" && Buffer.from(call.blob, "base64").indexOf(key.keyId) === 0 ? denied : undefined;
      };
      const error = await rejectsWithCode(seal(both), "Forbidden.NoPermission");
      assert.ok(error.message.includes(name), error.message);
      assert.ok(error.requestId);
      await opens(both, message);
    }
  });

  test("a child that fails names its CMK too", async () => {
    await using server = await startKmsServer();
    const [one, two] = [server.createKey(), server.createKey()];
    two.enabled = false;
    const kms = server.client();
    const keyring = multiKeyring({ generator: kms.keyring(one.arn), children: [rawAes("k"), kms.keyring(two.arn)] });
    const error = await rejectsWithCode(seal(keyring), "Rejected.Disabled");
    assert.ok(error.message.includes(two.arn), error.message);
  });

  test("a multi-keyring in another needs no generator of its own", async () => {
    const inner = multiKeyring({ children: [rawAes("b", 2), rawAes("c", 3)] });
    const keyring = multiKeyring({ generator: rawAes("a"), children: [inner] });
    const message = await seal(keyring);
    assert.equal((await providers(message)).length, 3);
    for (const one of [rawAes("a"), rawAes("b", 2), rawAes("c", 3), inner, keyring]) await opens(one, message);
    await rejectsWithCode(seal(inner), "InvalidArgument");
  });
});

describe("a region that is down", () => {
  /** Two regions with a CMK each, a message for both, and the first one's fault. */
  async function twoRegions(fault) {
    const servers = [await startKmsServer({ region: "r-1" }), await startKmsServer({ region: "r-2" })];
    const [near, far] = servers;
    const names = ["alias/near", "alias/far"];
    const keys = servers.map((server, index) => server.createKey(names[index]));
    const clients = [near.client({ timeoutMs: 300 }), far.client()];
    const keyringOf = (ids) =>
      multiKeyring({ generator: clients[0].keyring(ids[0]), children: [clients[1].keyring(ids[1])] });
    const message = await seal(keyringOf(names));
    for (const server of servers) server.calls.length = 0;
    near.fault = () => fault;
    return {
      near, far, keys, names, keyringOf, message,
      [Symbol.asyncDispose]: async () => {
        for (const server of servers) await server[Symbol.asyncDispose]();
      },
    };
  }

  for (const [what, fault] of [["hangs", HANG], ["breaks connections", BREAK]]) {
    test(`that ${what} costs the first message one attempt, the next ones none, by ARN and by alias`, async () => {
      await using regions = await twoRegions(fault);
      const { near, far, keys, names, keyringOf, message } = regions;
      for (const ids of [keys.map(({ arn }) => arn), names]) {
        const keyring = keyringOf(ids);
        for (let turn = 0; turn < 5; turn += 1) await opens(keyring, message);
        assert.equal(near.calls.length, 1);
        assert.equal(far.count("Decrypt") % 5, 0);
        // The first keyring's client is the second one's, too: it knows by now.
        near.calls.length = 1;
      }
    });
  }

  test("that comes back within the client's patience still opens, if no other can", async () => {
    await using regions = await twoRegions(BREAK);
    const { near, far, keys, keyringOf, message } = regions;
    far.fault = () => new Refusal("Forbidden.NoPermission");
    let attempts = 0;
    near.fault = () => ((attempts += 1) < 3 ? BREAK : undefined);
    await opens(keyringOf(keys.map(({ arn }) => arn)), message);
    assert.equal(attempts, 3);
  });

  test("alone, with nothing else to try: NetworkFault itself", async () => {
    await using regions = await twoRegions(BREAK);
    const client = regions.near.client({ timeoutMs: 300, maxAttempts: 2 });
    for (const id of [regions.keys[0].arn, "alias/near"]) await refuses(client.keyring(id), regions.message, "NetworkFault");
  });
});

describe("discovery", () => {
  test("keeps to its accounts, and seals nothing", async () => {
    await using server = await startKmsServer();
    const key = server.createKey();
    const message = await seal(server.client().keyring(key.arn));
    const kms = server.client();
    await opens(kms.discoveryKeyring(), message);
    await opens(kms.discoveryKeyring({ accountIds: ["1", "1234567890123456"] }), message);
    server.calls.length = 0;
    const error = await refuses(kms.discoveryKeyring({ accountIds: ["1"] }), message, "NoDataKey");
    assert.ok(error.message.includes(key.arn), error.message);
    assert.equal(server.calls.length, 0);
    await rejectsWithCode(seal(kms.discoveryKeyring()), "InvalidArgument");
  });
});

test("what is no keyring, or no list of them, is refused by name when it is given", async () => {
  await using server = await startKmsServer();
  const kms = server.client();
  for (const [make, name] of [
    [() => multiKeyring(), "generator"],
    [() => multiKeyring({ children: [] }), "generator"],
    [() => multiKeyring(null), "options"],
    [() => multiKeyring({ children: rawAes("k") }), "children"],
    [() => multiKeyring({ children: [undefined] }), "keyring"],
    [() => multiKeyring({ generator: "k" }), "keyring"],
    [() => kms.keyring(), "keyId"],
    [() => kms.keyring(""), "keyId"],
    [() => kms.keyring("k", null), "options"],
    [() => kms.keyring("k", { additionalKeyIds: "k" }), "additionalKeyIds"],
    [() => kms.keyring("k", { additionalKeyIds: [1] }), "additionalKeyIds"],
    [() => kms.discoveryKeyring({ accountIds: [""] }), "accountIds"],
    [() => rawAesKeyring(), "namespace"],
    [() => rawAesKeyring({ namespace: "aws-kms", name: "k", wrappingKey: new Uint8Array(32) }), "namespace"],
    [() => rawAesKeyring({ namespace: "n", name: "k\ud800", wrappingKey: new Uint8Array(32) }), "name"],
    [() => rawAesKeyring({ namespace: "n", name: "k".repeat(65_516), wrappingKey: new Uint8Array(32) }), "name"],
    [() => rawAesKeyring({ namespace: "n", name: "k", wrappingKey: new Uint8Array(31) }), "wrappingKey"],
  ]) {
    assert.throws(make, ({ code, message }) => code === "InvalidArgument" && message.includes(name), `${make}`);
  }
  for (const keyring of [{}, null, "k"]) {
    const sealing = rejectsWithCode(new Envelope({ keyring }).encrypt("x"), "InvalidArgument");
    assert.match((await sealing).message, /keyring/);
  }
});
