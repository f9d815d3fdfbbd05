// SPDX-License-Identifier: Apache-2.0

/** What is generated from the table of actions, as others read it: a compiler, and a validator of OpenAPI. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { KmsClient } from "edgekms";
import { ACTIONS, GOT, SENT, WIRE_NAMES } from "../../pkg/dist/generated/table.js";
import { fieldName, isPlain, toWire } from "../../pkg/dist/kms/fields.js";
import { requestFields } from "../../pkg/dist/kms/wire.js";
import { compiles } from "./lib/compiles.mjs";

const document = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));
const operations = Object.entries(document.paths).map(([path, { post }]) => ({ path, ...post }));

test("a client has the types of its cloud, and cannot call what the cloud does not have", () => compiles("dialects.ts"));

test("the OpenAPI document is one, and each reference in it leads somewhere", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, "3.1");
  const broken = { ...document, paths: { "no-slash": document.paths[operations[0].path] } };
  assert.equal((await new Validator().validate(broken)).valid, false, "the control");
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
  assert.ok(references.length > 20);
  for (const [, name] of references) assert.ok(document.components.schemas[name], name);
});

test("every operation of KMS is a method of the client, and every action's method an operation", () => {
  const version = ({ parameters }) => parameters.find(({ name }) => name === "x-acs-version")?.schema.const;
  const isOfKms = (operation) => version(operation) === "2016-01-20" || operation.path.includes("TrentService.");
  const ids = operations.filter(isOfKms).map(({ operationId }) => operationId.split(".")[1]);
  const methods = Object.getOwnPropertyNames(KmsClient.prototype);
  const notActions = ["constructor", "keyring", "discoveryKeyring", "sign", "verify", "publicKey", "importKey"];
  const named = new Set(ids.map((id) => id[0].toLowerCase() + id.slice(1)));
  assert.deepEqual([...named].sort(), methods.filter((name) => !notActions.includes(name)).sort());
});

/** Field names and values of the four actions that keyrings call, which go and come without the table. */
test("what keyrings call needs no row of the table, and is told the wire as the table says", () => {
  const SCHEMAS = ["Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey"];
  for (const name of SCHEMAS) assert.equal(ACTIONS[name[0].toLowerCase() + name.slice(1)], undefined, name);
  const values = {
    keyId: "alias/a",
    keySpec: "AES_256",
    numberOfBytes: 32,
    ciphertextBlob: "AA==",
    plaintext: new Uint8Array([0, 255]),
    encryptionContext: { album: "42" },
  };
  for (let set = 0; set < 64; set += 1) {
    const request = Object.fromEntries(Object.entries(values).filter((_, index) => set & (1 << index)));
    assert.ok(isPlain(request));
    assert.deepEqual(toWire(request), requestFields(request));
  }
  for (const field of [...Object.keys(SENT), ...Object.keys(WIRE_NAMES)]) {
    assert.equal(isPlain({ [field]: "" }), field in values, field);
  }
  // Of their answers the table knows nothing but plaintexts.
  const fieldsOf = (schema) => Object.entries(schema?.properties ?? {}).flatMap(([name, inner]) => [name, ...fieldsOf(resolve(inner))]);
  const resolve = (schema) => document.components.schemas[schema.$ref?.split("/").pop()] ?? schema;
  for (const { operationId, responses } of operations.filter((operation) => SCHEMAS.includes(operation.operationId.split(".")[1]))) {
    const [{ schema }] = Object.values(responses[200].content);
    const fields = fieldsOf(resolve(schema));
    assert.ok(fields.includes("KeyId"), operationId);
    const known = fields.map((name) => fieldName(name)).filter((field) => field in GOT);
    assert.deepEqual(known.filter((field) => field !== "plaintext"), [], operationId);
  }
});

test("a list of Alibaba's stands inside an object, one of AWS's does not", () => {
  const keysOf = (id) => {
    const { responses } = operations.find(({ operationId }) => operationId === id);
    const [{ schema }] = Object.values(responses[200].content);
    return schema.properties.Keys;
  };
  assert.deepEqual(keysOf("aliyun.ListKeys").required, ["Key"]);
  assert.equal(keysOf("aliyun.ListKeys").properties.Key.type, "array");
  assert.equal(keysOf("aws.ListKeys").type, "array");
});
