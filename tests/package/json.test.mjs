// SPDX-License-Identifier: Apache-2.0

/** JSON values sealed into texts: all that JSON holds comes back equal, all that it does not is refused. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { toJson } from "../../pkg/dist/envelope/json.js";
import { rejectsWithCode } from "../lib/expect.mjs";
import { aesEnvelope } from "./lib/envelope.mjs";
import { throwsWithCode } from "./lib/throws.mjs";

const envelope = aesEnvelope();

/** `depth` arrays in each other. */
function nested(depth) {
  let value = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
}

describe("what JSON holds", () => {
  const values = [
    null,
    true,
    0,
    -0,
    1e21,
    5e-324,
    Number.MAX_SAFE_INTEGER,
    Number.MAX_VALUE,
    "",
    "naïve ß 🔑 \u2028 \u0000 \" \\ </script>",
    [],
    {},
    [[], {}, [{}], null],
    { a: 1, b: { c: [true, "x"] }, "": 0, "a.b": 1, "__proto__x": 2 },
    { toString: 1, constructor: 2, hasOwnProperty: 3 },
    nested(100),
  ];
  for (const value of values) {
    test(`${JSON.stringify(value).slice(0, 40)} comes back equal`, async () => {
      const encryptionContext = { row: "42" };
      const sealed = await envelope.encryptJson(value, { encryptionContext });
      assert.equal(typeof sealed, "string");
      assert.deepStrictEqual(await envelope.decryptJson(sealed, { encryptionContext }), value);
    });
  }

  test("the text is JSON.stringify's", async () => {
    const value = { b: [1, "two", null, { three: 3.5 }], a: "\u0007" };
    assert.equal(toJson(value, "value"), JSON.stringify(value));
    assert.equal(await envelope.decryptText(await envelope.encryptJson(value)), JSON.stringify(value));
  });

  test("objects without a prototype, of another realm, and with a name like __proto__", async () => {
    const bare = Object.assign(Object.create(null), { a: 1 });
    assert.deepEqual(await envelope.decryptJson(await envelope.encryptJson(bare)), { a: 1 });
    const foreign = runInNewContext("({ a: [1] })");
    assert.deepEqual(await envelope.decryptJson(await envelope.encryptJson(foreign)), { a: [1] });
    const odd = JSON.parse('{"__proto__": {"admin": true}}');
    const opened = await envelope.decryptJson(await envelope.encryptJson(odd));
    assert.deepEqual(Object.keys(opened), ["__proto__"]);
    assert.equal(opened.admin, undefined);
  });

  test("one object in two places is two objects", async () => {
    const shared = { x: 1 };
    assert.deepEqual(await envelope.decryptJson(await envelope.encryptJson([shared, shared])), [{ x: 1 }, { x: 1 }]);
  });

  test("a getter is asked once: what was checked is what is sealed", async () => {
    let asked = 0;
    const value = {
      get a() {
        asked += 1;
        return asked === 1 ? "good" : undefined;
      },
    };
    assert.deepEqual(await envelope.decryptJson(await envelope.encryptJson(value)), { a: "good" });
    assert.equal(asked, 1);
  });
});

describe("what JSON cannot hold is refused by its place", () => {
  const cycle = { list: [] };
  cycle.list.push(cycle);
  for (const [name, value, told] of [
    ["undefined", undefined, /^value is undefined/],
    ["undefined in an object", { a: { b: undefined } }, /^value\.a\.b is undefined/],
    ["a hole in an array", [1, , 3], /^value\[1\] is undefined/],
    ["a function", { a: () => 1 }, /^value\.a is a function/],
    ["a symbol", [Symbol("x")], /^value\[0\] is a symbol/],
    ["a BigInt", { n: 1n }, /^value\.n is a bigint/],
    ["NaN", Number.NaN, /^value is NaN/],
    ["infinity", [Number.NEGATIVE_INFINITY], /^value\[0\] is -Infinity/],
    ["a cycle", cycle, /^value\.list\[0\] is inside itself/],
    ["101 levels", nested(101), /nested deeper than 100/],
    ["a Date", { at: new Date(0) }, /^value\.at is no plain object/],
    ["a Map", new Map([["a", 1]]), /^value is no plain object/],
    ["bytes", { b: new Uint8Array(2) }, /^value\.b is no plain object/],
    ["an object of a class", new (class Account {})(), /^value is no plain object/],
    ["a boxed number", Object(1), /^value is no plain object/],
    ["a name that is a symbol", { [Symbol("x")]: 1 }, /^value is no plain object/],
    ["a toJSON of its own", { toJSON: () => 1 }, /^value\.toJSON is a function/],
    ["a lone surrogate", ["\uD83D"], /^value\[0\] has half of a surrogate pair/],
    ["a lone surrogate in a name", { "\uD83D": 1 }, /^a name in value has half of a surrogate pair/],
  ]) {
    test(name, async () => {
      const error = await rejectsWithCode(envelope.encryptJson(value), "InvalidArgument");
      assert.match(error.message, told);
    });
  }

  test("a name that may be data is not repeated", () => {
    try {
      toJson({ users: { "ada@example.org": undefined } }, "value");
      assert.fail("was written");
    } catch (error) {
      assert.match(error.message, /^value\.users\[\.\.\.\] is undefined/);
    }
    throwsWithCode(() => toJson({ "x y": 1n }, "value"), "InvalidArgument");
  });
});

describe("opening", () => {
  test("a message of something else: UnexpectedContent, without a word of it", async () => {
    for (const text of ["", "secret text", "{", "[1,]", "NaN", "undefined", "{'a':1}", "1 2", "\uFEFF1"]) {
      const error = await rejectsWithCode(envelope.decryptJson(await envelope.encryptText(text)), "UnexpectedContent");
      assert.ok(!`${error.message}${error.cause ?? ""}`.includes("secret"), error.message);
    }
    const bytes = Buffer.from(await envelope.encrypt(new Uint8Array([0xff]))).toString("base64url");
    await rejectsWithCode(envelope.decryptJson(bytes), "UnexpectedContent");
  });

  test("another writer's JSON is bounded too: brackets in texts do not count", async () => {
    const deep = (depth) => "[".repeat(depth) + "]".repeat(depth);
    assert.equal((await envelope.decryptJson(await envelope.encryptText(deep(100)))).length, 1);
    await rejectsWithCode(envelope.decryptJson(await envelope.encryptText(deep(101))), "UnexpectedContent");
    await rejectsWithCode(envelope.decryptJson(await envelope.encryptText(deep(1_000_000))), "UnexpectedContent");
    const texts = ["[".repeat(500), '\\"['.repeat(500), "\\", '"{'];
    assert.deepEqual(await envelope.decryptJson(await envelope.encryptText(JSON.stringify(texts))), texts);
  });

  test("another context does not open", async () => {
    const sealed = await envelope.encryptJson({}, { encryptionContext: { row: "1" } });
    await rejectsWithCode(envelope.decryptJson(sealed, { encryptionContext: { row: "2" } }), "ContextMismatch");
  });
});
