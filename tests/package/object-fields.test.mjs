// SPDX-License-Identifier: Apache-2.0

/** Fields of objects: what is replaced, what is left alone, what is bound, and paths that lead nowhere good. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "edgekms";
import { rejectsWithCode } from "../lib/expect.mjs";
import { compiles } from "./lib/compiles.mjs";
import { aesEnvelope } from "./lib/envelope.mjs";

const envelope = aesEnvelope();
const bytesOf = (text) => new Uint8Array(Buffer.from(text, "base64url"));
const user = () => ({
  id: "42",
  email: "ada@example.org",
  born: 1815,
  admin: false,
  note: null,
  tags: ["a", { b: 1 }],
  address: { street: "12 St James's Square", city: "London", geo: { lat: 51.5, lon: -0.13 } },
});
const all = ["email", "born", "admin", "note", "tags", "address.street", "address.geo"];

describe("fields", () => {
  test("become texts, whatever they hold, and come back as they were", async () => {
    const sealed = await envelope.encryptFields(user(), all);
    for (const field of ["email", "born", "admin", "note", "tags"]) assert.match(sealed[field], /^[\w-]{100,}$/);
    assert.match(sealed.address.street, /^[\w-]{100,}$/);
    assert.match(sealed.address.geo, /^[\w-]{100,}$/);
    assert.equal(sealed.id, "42");
    assert.equal(sealed.address.city, "London");
    const stored = JSON.parse(JSON.stringify(sealed));
    assert.deepStrictEqual(await envelope.decryptFields(stored, all), user());
  });

  test("some can be opened alone", async () => {
    const sealed = await envelope.encryptFields(user(), all);
    const opened = await envelope.decryptFields(sealed, ["address.street"]);
    assert.equal(opened.address.street, user().address.street);
    assert.equal(opened.address.geo, sealed.address.geo);
    assert.equal(opened.email, sealed.email);
  });

  test("the object that was given is not changed, nor objects inside it", async () => {
    const given = user();
    const frozen = Object.freeze({ ...given, address: Object.freeze(given.address) });
    const sealed = await envelope.encryptFields(frozen, all);
    assert.deepStrictEqual(frozen, user());
    assert.notEqual(sealed.address, frozen.address);
    const before = structuredClone(sealed);
    await envelope.decryptFields(sealed, all);
    assert.deepStrictEqual(sealed, before);
  });

  test("none: a copy", async () => {
    const given = user();
    const copy = await envelope.encryptFields(given, []);
    assert.deepStrictEqual(copy, given);
    assert.notEqual(copy, given);
  });
});

describe("what a field's text is bound to", () => {
  test("its path: two fields' texts cannot be swapped", async () => {
    const given = { mail: "a", phone: "b", work: { mail: "c" } };
    const sealed = await envelope.encryptFields(given, ["mail", "phone", "work.mail"]);
    assert.equal((await inspect(bytesOf(sealed.work.mail))).encryptionContext["edgekms-field"], "work.mail");
    const swapped = { ...sealed, mail: sealed.phone, phone: sealed.mail };
    const error = await rejectsWithCode(envelope.decryptFields(swapped, ["work.mail", "mail"]), "ContextMismatch");
    assert.equal(error.field, "mail");
    assert.match(error.message, /^field mail: /);
    assert.equal(error.cause.code, "ContextMismatch");
    const moved = { ...sealed, mail: sealed.work.mail };
    await rejectsWithCode(envelope.decryptFields(moved, ["mail"]), "ContextMismatch");
  });

  test("the caller's context: two rows' texts cannot be swapped", async () => {
    const row = (id) => ({ encryptionContext: { row: id } });
    const one = await envelope.encryptFields({ email: "a" }, ["email"], row("1"));
    assert.deepEqual(await envelope.decryptFields(one, ["email"], row("1")), { email: "a" });
    await rejectsWithCode(envelope.decryptFields(one, ["email"], row("2")), "ContextMismatch");
  });

  test("a message that was not sealed as a field does not open as one", async () => {
    const email = await envelope.encryptText('"a"');
    const error = await rejectsWithCode(envelope.decryptFields({ email }, ["email"]), ["NoDataKey", "HeaderNotAuthentic"]);
    assert.equal(error.field, "email");
  });

  test("the pair's name is the package's", async () => {
    const encryptionContext = { "edgekms-field": "email" };
    await rejectsWithCode(envelope.encryptFields({ email: "a" }, ["email"], { encryptionContext }), "InvalidArgument");
    await rejectsWithCode(envelope.decryptFields({ email: "a" }, ["email"], { encryptionContext }), "InvalidArgument");
  });

  test("a context that is none is refused, not taken for an empty one", async () => {
    for (const encryptionContext of [new Map([["row", "1"]]), ["row"], "row", { row: 1 }, null]) {
      await rejectsWithCode(envelope.encryptFields({ email: "a" }, ["email"], { encryptionContext }), "InvalidArgument");
    }
  });
});

describe("fields that are missing", () => {
  const given = { email: "a", phone: undefined, address: null };
  const absent = ["emial", "phone", "address.street", "work.mail", "toString"];

  for (const field of absent) {
    test(`${field} is refused by its name, sealing and opening`, async () => {
      for (const call of ["encryptFields", "decryptFields"]) {
        const error = await rejectsWithCode(envelope[call](given, [field]), "InvalidArgument");
        assert.ok(error.message.startsWith(`field ${field} is not in the object`), error.message);
      }
    });
  }

  test("or skipped, if that is asked for", async () => {
    const fields = ["email", ...absent];
    const sealed = await envelope.encryptFields(given, fields, { missing: "skip" });
    assert.deepEqual(Object.keys(sealed), Object.keys(given));
    assert.equal(sealed.address, null);
    assert.deepStrictEqual(await envelope.decryptFields(sealed, fields, { missing: "skip" }), given);
    await rejectsWithCode(envelope.encryptFields(given, fields, { missing: "ignore" }), "InvalidArgument");
  });

  test("nothing is sealed if one is", async () => {
    const counted = { calls: 0 };
    const encrypt = envelope.encrypt.bind(envelope);
    envelope.encrypt = (...args) => ((counted.calls += 1), encrypt(...args));
    await rejectsWithCode(envelope.encryptFields(given, ["email", "emial"]), "InvalidArgument");
    delete envelope.encrypt;
    assert.equal(counted.calls, 0);
  });
});

describe("paths", () => {
  test("by way of what all objects share are refused", async () => {
    const given = JSON.parse('{"__proto__": {"x": "1"}, "constructor": {"prototype": {"x": "2"}}, "a": {"x": 1}}');
    for (const field of ["__proto__.x", "__proto__", "constructor.prototype.x", "a.__proto__", "a.constructor", "prototype"]) {
      for (const call of ["encryptFields", "decryptFields"]) {
        await rejectsWithCode(envelope[call](given, [field]), "InvalidArgument", field);
        await rejectsWithCode(envelope[call](given, [field], { missing: "skip" }), "InvalidArgument", field);
      }
    }
    assert.equal({}.x, undefined);
  });

  test("an own field called __proto__ that is not named stays one", async () => {
    const given = JSON.parse('{"__proto__": {"admin": true}, "email": "a"}');
    const sealed = await envelope.encryptFields(given, ["email"]);
    assert.deepEqual(Object.keys(sealed), ["__proto__", "email"]);
    assert.equal(sealed.admin, undefined);
  });

  for (const fields of [["email", "email"], ["address", "address.city"], ["address.geo.lat", "address.geo"], ["address.city", "address"]]) {
    test(`${fields.join(" and ")}: one is inside the other`, async () => {
      const error = await rejectsWithCode(envelope.encryptFields(user(), fields), "InvalidArgument");
      assert.match(error.message, /named twice, or inside/);
    });
  }

  test("that only begin alike are apart", async () => {
    const given = { a: { b: 1 }, ab: 2, "a b": 3 };
    const fields = ["a.b", "ab", "a b"];
    assert.deepEqual(await envelope.decryptFields(await envelope.encryptFields(given, fields), fields), given);
  });

  test("that are none are refused", async () => {
    for (const fields of [undefined, null, "email", { 0: "email" }, [1], [null], [""], ["."], ["a."], [".a"], ["a..b"]]) {
      await rejectsWithCode(envelope.encryptFields(user(), fields), "InvalidArgument", JSON.stringify(fields));
    }
  });

  test("through an array, a text or an object of a class are refused", async () => {
    const given = { list: [{ x: 1 }], text: "abc", date: new Date(0), map: new Map([["x", 1]]) };
    for (const field of ["list.0", "list.0.x", "text.length", "date.x", "map.x"]) {
      const error = await rejectsWithCode(envelope.encryptFields(given, [field]), "InvalidArgument", field);
      assert.match(error.message, /must be a plain object/);
    }
    for (const object of [undefined, null, 1, "text", [], new Map(), new (class User {})()]) {
      await rejectsWithCode(envelope.encryptFields(object, ["a"]), "InvalidArgument");
    }
  });
});

describe("values", () => {
  test("that JSON cannot hold are refused by their field", async () => {
    for (const value of [Number.NaN, 1n, () => 1, new Date(0), { a: undefined }, "\uD83D"]) {
      const error = await rejectsWithCode(envelope.encryptFields({ a: { b: value } }, ["a.b"]), "InvalidArgument");
      assert.equal(error.field, "a.b");
    }
  });

  test("that are no sealed text do not open", async () => {
    for (const value of [1, true, null, {}, [], "", "plain", "ada@example.org"]) {
      const error = await rejectsWithCode(
        envelope.decryptFields({ email: value }, ["email"]),
        ["InvalidArgument", "MalformedHeader", "UnsupportedSuite", "TruncatedMessage"],
        JSON.stringify(value),
      );
      assert.equal(error.field, "email");
    }
  });

  test("a signal ends all", async () => {
    const signal = AbortSignal.abort(new Error("no"));
    await assert.rejects(envelope.encryptFields(user(), all, { signal }), /^Error: no$/);
  });
});

test("the compiler knows which fields are texts, and what the other methods take and give", () => compiles("values.ts"));
