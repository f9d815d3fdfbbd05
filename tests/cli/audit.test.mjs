// SPDX-License-Identifier: Apache-2.0

/** Who did what, from the command line; and whether a file says so truly, by the verdicts of the Rust program. */

import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { eventually } from "../lib/eventually.mjs";
import { run, start, workplace } from "./lib/cli.mjs";
import { startManaged } from "./lib/managed.mjs";

const { rootKeys, lines, cases } = JSON.parse(await readFile(new URL("../vectors/audit-exports.json", import.meta.url), "utf8"));
const textOf = (places) => places.map((place) => `${lines[place]}\n`).join("");

describe("an export in a file", () => {
  test("gets the verdict that the Rust program gives, whole or spoilt in whichever way", async (t) => {
    const folder = await workplace(t);
    const entry = (name) => new URL(`../../pkg/src/cli/${name}`, import.meta.url).pathname;
    await build({
      stdin: {
        contents: `export * from ${JSON.stringify(entry("audit/verify.ts"))}; export { rootKeysOf } from ${JSON.stringify(entry("root-keys.ts"))};`,
        resolveDir: folder,
      },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: join(folder, "verify.mjs"),
      logLevel: "error",
    });
    const { verify, sentence, rootKeysOf } = await import(pathToFileURL(join(folder, "verify.mjs")).href);
    const each = (places) => async function* () {
      for (const place of places) yield lines[place];
    };
    assert.ok(cases.length > 100);
    for (const { name, export: places, anchors, said, whole } of cases) {
      const reports = await verify(each(places), each(anchors), rootKeysOf(rootKeys)).catch(({ message }) => message);
      const own = typeof reports === "string" ? [reports.replace(" of the export", "")] : reports.map(sentence);
      assert.deepEqual(own, said, name);
      const isWhole = Array.isArray(reports) && reports.length > 0 && reports.every(({ verdict }) => !("wrong" in verdict));
      assert.equal(isWhole, whole, name);
    }
  });

  test("is verified by a command that needs no service, and ends with code 6 for what is not whole", async (t) => {
    const cwd = await workplace(t);
    const put = (name, text) => writeFile(join(cwd, name), text);
    const named = (wanted) => cases.find(({ name }) => name === wanted);
    const cut = named("cut off");
    await put("trail", textOf(named("two shards, mixed").export));
    await put("cut", textOf(cut.export));
    await put("heads", textOf(cut.anchors));
    await put("none", textOf(named("a field twice").export));
    await put("keys.json", rootKeys);
    await put("recovery.json", JSON.stringify({ ROOT_KEYS: rootKeys, BACKUP_KEY: "x" }));
    const verify = (...args) => run(["audit", "verify", ...args], { cwd });
    const good = await verify("trail", "--root-keys", "keys.json");
    assert.equal(good.code, 0, good.stderr);
    assert.equal(good.stdout, `${named("two shards, mixed").said.join("\n")}\n`);
    const { Whole, Shards } = JSON.parse((await verify("trail", "--root-keys", "recovery.json", "--json")).stdout);
    assert.deepEqual([Whole, Shards.map(({ Shard, Events }) => [Shard, Events])], [true, [["7", 6], ["8", 6]]]);
    assert.equal((await verify("cut", "--root-keys", "keys.json")).code, 0, "nothing shows that the end was cut off");
    const spoilt = await verify("cut", "--root-keys", "keys.json", "--checkpoints", "heads");
    assert.equal(spoilt.code, 6);
    assert.equal(spoilt.stdout, `${cut.said[0]}\n`);
    assert.match(spoilt.stderr, /^edgekms audit verify: cut is not what was recorded\. /);
    for (const [args, code, line] of [
      [["none", "--root-keys", "keys.json"], 2, /line 2 of the export is not a line of an export/],
      [["missing", "--root-keys", "keys.json"], 8, /could not read missing \(ENOENT\)/],
      [["trail"], 2, /root keys are missing\. Give --root-keys/],
      [["trail", "--root-keys", "trail"], 2, /ROOT_KEYS is not JSON of the form/],
      [["-", "--root-keys", "keys.json"], 2, /is read twice/],
    ]) {
      const outcome = await verify(...args);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, line);
      assert.doesNotMatch(outcome.stderr, /AAECAw/, "no key");
    }
  });
});

describe("the trail of a worker", () => {
  let kms;
  before(async () => {
    kms = await startManaged();
    await kms.ok(["keys", "create", "--alias", "photos"]);
  });
  after(() => kms?.stop());

  test("is looked up by one condition, for people and for programs", async () => {
    const { KeyId } = await kms.told(["keys", "show", "alias/photos"]);
    const { Events } = await kms.told(["audit", "lookup", "--event", "CreateKey", "--from", "1h"]);
    assert.deepEqual(Events.map(({ eventName, referencedResources }) => [eventName, Object.values(referencedResources).flat()]), [["CreateKey", [KeyId]]]);
    const { stdout } = await kms.ok(["audit", "lookup", "--key", "alias/photos", "--oldest"]);
    assert.match(stdout, /^TIME +WHO +EVENT +WHAT/);
    assert.match(stdout.split("\n")[1], new RegExp(`root +CreateKey +${KeyId}`));
    const { Events: one } = await kms.told(["audit", "lookup", "--most", "1"]);
    assert.equal(one.length, 1);
    assert.deepEqual((await kms.told(["audit", "lookup", "--user", "nobody"])).Events, []);
    await kms.fails(["audit", "lookup", "--reads", "--user", "alice"], 2, /looks for one condition/);
    await kms.fails(["audit", "lookup", "--from", "yesterday"], 2, /--from must be a time such as/);
  });

  test("is followed until Ctrl-C, which ends it with a line and its code", async () => {
    const child = start(["audit", "tail", "--every", "1", "--json"], { cwd: kms.folder, env: kms.env });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (err += text));
    const closed = once(child, "close");
    // It begins with what comes after its first question.
    await eventually(async () => {
      await kms.ok(["tags", "set", "alias/photos", "seen=yes"]);
      assert.match(out, /"eventName":"TagResource"/);
    }, 60_000);
    child.kill("SIGINT");
    const [code] = await closed;
    assert.equal(code, 130);
    assert.equal(JSON.parse(err).error.code, "interrupted");
    assert.equal(err.trimEnd().split("\n").length, 1, "one line");
    const events = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(new Set(events.map(({ eventId }) => eventId)).size, events.length, "each event once");
    assert.ok(events.every(({ eventName }) => eventName !== "LookupEvents"), "its own questions are not shown");
  });

  test("is exported into a file of its owner's alone, which verifies", async () => {
    const { Lines } = await kms.told(["audit", "export", "trail.jsonl"]);
    const { mode } = await stat(kms.at("trail.jsonl"));
    assert.equal(mode & 0o777, 0o600);
    const { rootKeys: own } = JSON.parse(await readFile(join(kms.state, "dev-credentials.json"), "utf8"));
    const env = { ROOT_KEYS: own };
    const { Whole, Shards } = await kms.told(["audit", "verify", "trail.jsonl"], { env });
    assert.equal(Whole, true);
    assert.ok(Shards.length >= 3, "the keyring, the account, and who looked");
    const text = await readFile(kms.at("trail.jsonl"), "utf8");
    assert.equal(text.trimEnd().split("\n").length, Lines);
    await writeFile(kms.at("changed.jsonl"), text.replace("CreateAlias", "DeleteAlias"));
    const { code, stdout } = await kms.run(["audit", "verify", "changed.jsonl"], { env });
    assert.equal(code, 6);
    assert.match(stdout, /shard keyring: event \d+ was changed/);
    await kms.fails(["audit", "export", "trail.jsonl"], 7, /trail\.jsonl is there already/);
    await kms.ok(["audit", "export", "trail.jsonl", "--force"]);
  });

  test("is exported to the operator alone", async () => {
    const { EDGEKMS_ACCESS_KEY_ID, EDGEKMS_ACCESS_KEY_SECRET } = kms.env;
    const env = { EDGEKMS_OPERATOR_ACCESS_KEY_ID: EDGEKMS_ACCESS_KEY_ID, EDGEKMS_OPERATOR_ACCESS_KEY_SECRET: EDGEKMS_ACCESS_KEY_SECRET };
    await kms.fails(["audit", "export", "mine.jsonl"], 4, /NoPermission/, { env });
    await assert.rejects(stat(kms.at("mine.jsonl")), "nothing half-written");
  });
});
