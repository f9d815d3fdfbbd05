// SPDX-License-Identifier: Apache-2.0

/** What is a seed and what is not: the reader's words, and the schema that editors read, which is of the same mind. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import Ajv from "ajv";
import { readSeed } from "edgekms/seed";
import schema from "edgekms/seed.schema.json" with { type: "json" };
import { key, READER_ALONE, REFUSED, TAKEN } from "./lib/seed-cases.mjs";

const validate = new Ajv({ strictTypes: false, strictRequired: false, keywords: ["errorMessage"] }).compile(schema);

const messageOf = (text) => {
  try {
    readSeed(text, "seed.json");
    return undefined;
  } catch (error) {
    assert.equal(error.code, "InvalidArgument");
    return error.message;
  }
};

describe("a seed's reader", () => {
  for (const [name, seed] of Object.entries(TAKEN)) {
    test(`takes ${name}, as the schema does`, () => {
      assert.equal(validate(seed), true, JSON.stringify(validate.errors));
      assert.deepEqual(readSeed(JSON.stringify(seed)), seed);
    });
  }
  for (const [name, [seed, path, says]] of Object.entries(REFUSED)) {
    test(`refuses ${name}, as the schema does`, () => {
      const message = messageOf(JSON.stringify(seed));
      assert.match(message, /^seed\.json:1:\d+: /);
      assert.ok(message.includes(`: ${path} `) && message.includes(says), message);
      assert.equal(validate(seed), false);
    });
  }
  for (const [name, [seed, path, says]] of Object.entries(READER_ALONE)) {
    test(`refuses ${name}, which the schema lets pass`, () => {
      const message = messageOf(JSON.stringify(seed));
      assert.ok(message.includes(`: ${path} `) && message.includes(says), message);
      assert.equal(validate(seed), true, JSON.stringify(validate.errors));
    });
  }

  for (const [name, text, says] of [
    ["a comma at an end", '{\n  "users": {},\n}', "seed.json:3:1: a name in quotes is missing; is there a comma too many?"],
    ["a comment", '{\n  // mine\n}', "seed.json:2:3: a comment, which JSON does not have"],
    ["a missing comma", '{"users": {} "keys": {}}', "seed.json:1:14: a comma is missing"],
    ["an end too early", '{"users": {', "seed.json:1:12: } is missing"],
    ["more than one", "{} {}", "seed.json:1:4: something follows after the end"],
    ["nothing", "", "seed.json:1:1: a value is missing; is there a comma too many?"],
    ["a field twice", '{\n "users": {"a": {}, "b": {},\n  "a": {}}}', "seed.json:3:3: $.users.a is there twice"],
    ["what is nested without end", `{"users":${"[".repeat(100_000)}`, "seed.json:1:41: must not be nested more than 32 deep"],
    ["what is too long", `{"$schema":"${"x".repeat(1_048_576)}"}`, "seed.json must have at most 1048576 characters"],
  ]) {
    test(`refuses ${name}`, () => assert.equal(messageOf(text), says));
  }

  test("tells line and column of what it refuses, in a file as people write it", () => {
    const text = readFileSync(new URL("./fixtures/wrong-seed.json", import.meta.url), "utf8");
    assert.equal(messageOf(text), 'seed.json:8:7: $.keys["alias/photos"].rotatoin is a field that is not known; did you mean "rotation"?');
  });

  test("takes a byte order mark, as editors of Windows write it", () => {
    assert.deepEqual(readSeed('\uFEFF{"users":{}}'), { users: {} });
  });

  test("repeats no value: material may be a secret", () => {
    const material = "not base64, but a secret";
    assert.ok(!messageOf(JSON.stringify(key({ material }))).includes(material));
  });
});

describe("the schema", () => {
  const api = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));
  const words = (name) => Object.entries(api.components.schemas).find(([full]) => full === name || full.endsWith(`.${name}`))[1].enum;

  test("has the words that the service has", () => {
    const { spec, usage, origin } = schema.definitions.key.properties;
    for (const [name, given] of [["KeySpec", spec], ["KeyUsage", usage], ["Origin", origin]]) {
      assert.deepEqual([...given.enum].sort(), [...words(name)].sort(), name);
    }
  });

  test("says of every field what it is, and is one by itself", () => {
    assert.equal(new Ajv({ strict: false }).validateSchema(schema), true);
    for (const [room, { $ref }] of Object.entries(schema.properties).filter(([, { $ref }]) => $ref)) {
      assert.ok(schema.definitions[$ref.split("/").at(-1)].description, room);
    }
  });
});
