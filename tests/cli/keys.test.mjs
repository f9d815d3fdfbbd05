// SPDX-License-Identifier: Apache-2.0

/** Keys, their names and labels, from the command line, with a worker. */

import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, randomBytes, verify as verifies } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { Envelope } from "edgekms";
import { edgekmsClient } from "../lib/clients.mjs";
import { namesIn } from "./lib/cli.mjs";
import { environmentOf, OPERATOR, startManaged } from "./lib/managed.mjs";

const BACKUP_KEY = randomBytes(32).toString("base64");
/** A command waits more than it works, and these do not meet. */
const AT_ONCE = { concurrency: 3 };

let kms;
before(async () => {
  kms = await startManaged({ BACKUP_KEY });
});
after(() => kms?.stop());

describe("keys", () => {
  test("are made, listed and shown, in Alibaba's words to programs", async () => {
    const made = await kms.told(["keys", "create", "--alias", "photos", "--description", "of the shop", "--tag", "owner=alice", "--tag", "empty="]);
    assert.match(made.KeyId, /^[\da-f-]{36}$/);
    assert.deepEqual([made.KeyState, made.KeySpec, made.Description, made.Aliases], ["Enabled", "Aliyun_AES_256", "of the shop", ["alias/photos"]]);
    const { Keys } = await kms.told(["keys", "list"]);
    assert.deepEqual(Keys.map(({ KeyId, Aliases, KeyState }) => [KeyId, Aliases, KeyState]), [[made.KeyId, ["alias/photos"], "Enabled"]]);
    const shown = await kms.told(["keys", "show", "alias/photos"]);
    assert.equal(shown.Arn, made.Arn);
    assert.deepEqual(shown.Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]), [["empty", ""], ["owner", "alice"]]);
    assert.equal(shown.Versions.length, 1);
    assert.ok(!("RequestId" in shown), "what belongs to a call is in no result");
    const { stdout } = await kms.ok(["keys", "list"]);
    assert.match(stdout, new RegExp(`^KEY +STATE +KIND +USAGE +ALIASES +CREATED\n${made.KeyId} +Enabled +Aliyun_AES_256`));
    const nothing = await kms.ok(["keys", "list", "--state", "Disabled"]);
    assert.deepEqual([nothing.stdout, nothing.stderr], ["", "there are no such keys\n"]);
  });

  test("are stopped and started, protected, rotated and scheduled for deletion", async () => {
    const { KeyId } = await kms.told(["keys", "create"]);
    assert.equal((await kms.told(["keys", "disable", KeyId, "--yes"])).KeyState, "Disabled");
    assert.equal((await kms.told(["keys", "enable", KeyId])).KeyState, "Enabled");
    assert.equal((await kms.told(["keys", "rotate", KeyId])).Versions.length, 2);
    const regular = await kms.told(["keys", "rotate", KeyId, "--every", "90d"]);
    assert.deepEqual([regular.AutomaticRotation, regular.RotationInterval], ["Enabled", "7776000s"]);
    assert.equal((await kms.told(["keys", "protect", KeyId, "--because", "backups"])).DeletionProtection, "Enabled");
    await kms.fails(["keys", "schedule-deletion", KeyId, "--yes"], 7, /is protected from deletion/);
    await kms.ok(["keys", "protect", KeyId, "--off"]);
    const gone = await kms.told(["keys", "schedule-deletion", KeyId, "--days", "7", "--yes"]);
    assert.equal(gone.KeyState, "PendingDeletion");
    await kms.fails(["keys", "enable", KeyId], 7, /is PendingDeletion.*`edgekms keys cancel-deletion` keeps it/);
    assert.equal((await kms.told(["keys", "cancel-deletion", KeyId])).KeyState, "Enabled");
  });

  test("that are not there are named so, and nothing is asked or done", async () => {
    await kms.fails(["keys", "show", "photos"], 3, /Forbidden\.KeyNotFound.*`edgekms keys list`/);
    await kms.fails(["keys", "disable", "alias/phtos", "--yes"], 3, /alias\/photos/, {});
    await kms.fails(["keys", "create", "--spec", "AES_512"], 2, /KeySpec/);
    await kms.fails(["keys", "rotate", "alias/photos", "--every", "1d"], 2, /RotationInterval/);
    await kms.fails(["keys", "schedule-deletion", "alias/photos", "--days", "5"], 2, /--days must be a whole number from 7 to 366/);
  });

  test("are not destroyed where nobody can be asked", async () => {
    for (const args of [["keys", "disable"], ["keys", "schedule-deletion"], ["keys", "delete-material"], ["aliases", "delete"]]) {
      await kms.fails([...args, "alias/photos"], 2, /there is no terminal to ask on\. Give --yes if you are sure\./);
    }
    assert.equal((await kms.told(["keys", "show", "alias/photos"])).KeyState, "Enabled");
  });

  test("whose name is taken are told by their id", async () => {
    const { stderr } = await kms.fails(["keys", "create", "--alias", "photos"], 7, /the key [\da-f-]{36} was made, and has no alias/);
    const [id] = /[\da-f-]{36}/.exec(stderr);
    assert.deepEqual((await kms.told(["keys", "show", id])).Aliases, []);
  });
});

describe("material of one's own", AT_ONCE, () => {
  test("is imported from a pipe and is the key, which opens again once it is imported again", async () => {
    const material = randomBytes(32);
    const { KeyId } = await kms.told(["keys", "create", "--external", "--alias", "mine"]);
    assert.equal((await kms.told(["keys", "import", "alias/mine", "-"], { input: material })).KeyState, "Enabled");
    const envelope = new Envelope({ keyring: edgekmsClient(kms.worker).keyring("alias/mine") });
    const message = await envelope.encrypt(Buffer.from("hello"));
    assert.equal((await kms.told(["keys", "delete-material", KeyId, "--yes"])).KeyState, "PendingImport");
    await writeFile(kms.at("material.b64"), `${material.toString("base64")}\n`);
    const again = await kms.told(["keys", "import", KeyId, "material.b64", "--format", "base64", "--expires", "2030-01-01T00:00:00Z"]);
    assert.equal(again.MaterialExpireTime, "2030-01-01T00:00:00Z");
    assert.equal(Buffer.from((await envelope.decrypt(message)).plaintext).toString(), "hello");
    await kms.fails(["keys", "import", KeyId, "-"], 10, /InvalidKeyMaterial/, { input: randomBytes(32) });
    await kms.fails(["keys", "import", KeyId, "-", "--format", "hex"], 2, /the material is not hex\. --format says/, { input: "xyz" });
    await kms.fails(["keys", "import", KeyId, "missing"], 8, /could not read missing \(ENOENT\)/);
    await kms.fails(["keys", "import", "alias/photos", "-"], 10, /Unsupported\.Origin|Origin/, { input: material });
  });

  test("is a private key in PEM as well", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await kms.told(["keys", "create", "--external", "--spec", "EC_P256", "--alias", "own"]);
    await kms.ok(["keys", "import", "alias/own", "-"], { input: privateKey.export({ type: "sec1", format: "pem" }) });
    const { stdout } = await kms.ok(["keys", "public-key", "alias/own"]);
    assert.ok(createPublicKey(stdout).equals(publicKey));
  });
});

describe("signatures", AT_ONCE, () => {
  test("are good for others, and by the command that verifies them", async () => {
    await kms.told(["keys", "create", "--spec", "EC_P256", "--alias", "invoices"]);
    const message = randomBytes(100_000);
    await writeFile(kms.at("invoice"), message);
    const { Value, Algorithm, KeyVersionId } = await kms.told(["keys", "sign", "alias/invoices", "invoice", "--out", "invoice.sig"]);
    assert.equal(Algorithm, "ECDSA_SHA_256");
    const signature = await readFile(kms.at("invoice.sig"));
    assert.equal(signature.toString("base64"), Value);
    const { stdout: pem } = await kms.ok(["keys", "public-key", "alias/invoices"]);
    assert.ok(verifies("sha256", message, createPublicKey(pem), signature));
    const good = await kms.told(["keys", "verify", "alias/invoices", "-", "invoice.sig"], { input: message });
    assert.deepEqual([good.Value, good.KeyVersionId], [true, KeyVersionId]);
    await kms.fails(["keys", "verify", "alias/invoices", "-", "invoice.sig"], 6, /is no signature of - under/, { input: "another" });
    await kms.fails(["keys", "sign", "alias/invoices", "invoice", "--out", "invoice.sig"], 7, /invoice\.sig is there already/);
    await kms.fails(["keys", "sign", "alias/photos", "invoice"], 2, /is a key for ENCRYPT\/DECRYPT\. `edgekms keys create --spec EC_P256`/);
    await kms.fails(["keys", "sign", "alias/invoices", "missing"], 8, /could not read missing \(ENOENT\)/);
  });

  test("are of Ed25519 too, which signs the message itself", async () => {
    await kms.told(["keys", "create", "--spec", "ECC_NIST_EDWARDS25519", "--alias", "ed"]);
    const { Value, Algorithm } = await kms.told(["keys", "sign", "alias/ed", "-"], { input: "hello" });
    assert.equal(Algorithm, "ED25519_SHA_512");
    const { PublicKey } = await kms.told(["keys", "public-key", "alias/ed"]);
    assert.ok(verifies(null, Buffer.from("hello"), createPublicKey(PublicKey), Buffer.from(Value, "base64")));
    await kms.fails(["keys", "sign", "alias/ed", "-"], 2, /has more than/, { input: randomBytes(5_000) });
  });
});

describe("names and labels", AT_ONCE, () => {
  test("are given, moved and taken away", async () => {
    const { KeyId: one } = await kms.told(["keys", "create"]);
    const { KeyId: other } = await kms.told(["keys", "create"]);
    await kms.ok(["aliases", "create", "archive", one]);
    assert.deepEqual(await kms.told(["aliases", "update", "alias/archive", other, "--yes"]), { AliasName: "alias/archive", KeyId: other });
    const { Aliases } = await kms.told(["aliases", "list", "--key", other]);
    assert.deepEqual(Aliases.map(({ AliasName, KeyId }) => [AliasName, KeyId]), [["alias/archive", other]]);
    await kms.ok(["aliases", "delete", "archive", "--yes"]);
    assert.doesNotMatch((await kms.ok(["aliases", "list"])).stdout, /archive/);
    await kms.fails(["aliases", "delete", "archive", "--yes"], 3, /AliasNotFound/);
  });

  test("are found by what they say", async () => {
    const { KeyId } = await kms.told(["keys", "create", "--tag", "project=web"]);
    const { Tags } = await kms.told(["tags", "set", KeyId, "stage=a=b", "project=app"]);
    assert.deepEqual(Tags.map(({ TagKey, TagValue }) => `${TagKey}=${TagValue}`), ["project=app", "stage=a=b"]);
    const { TagResources } = await kms.told(["tags", "find", "stage", "project=app"]);
    assert.deepEqual([...new Set(TagResources.map(({ ResourceId }) => ResourceId))], [KeyId]);
    assert.equal((await kms.told(["tags", "remove", KeyId, "stage", "--yes"])).Tags.length, 1);
    await kms.fails(["tags", "set", KeyId, "novalue"], 2, /a tag is name=value/);
  });
});

describe("a backup", AT_ONCE, () => {
  test("is a file of its owner's alone, and restores the keys in a region that has none", async () => {
    const envelope = new Envelope({ keyring: edgekmsClient(kms.worker).keyring("alias/photos") });
    const message = await envelope.encrypt(Buffer.from("kept"));
    // A folder of its own: other tests write at the same time.
    await mkdir(kms.at("backups"));
    const { Parts, Skipped } = await kms.told(["keys", "backup", "backups/keys.edgekms"]);
    assert.deepEqual([Parts > 0, Skipped], [true, []]);
    assert.equal((await stat(kms.at("backups/keys.edgekms"))).mode & 0o777, 0o600);
    assert.deepEqual(await namesIn(kms.at("backups")), ["keys.edgekms"], "nothing is left beside it");
    await kms.fails(["keys", "backup", "backups/keys.edgekms"], 7, /keys\.edgekms is there already/);
    const other = await startManaged({ BACKUP_KEY, ACCOUNT_ID: kms.worker.accountId });
    try {
      await other.fails(["keys", "restore", kms.at("backups/keys.edgekms")], 2, /no terminal to ask on/);
      const { Status } = await other.told(["keys", "restore", kms.at("backups/keys.edgekms"), "--yes"]);
      assert.equal(Status, "Done");
      const reader = new Envelope({ keyring: edgekmsClient(other.worker).keyring("alias/photos") });
      assert.equal(Buffer.from((await reader.decrypt(message)).plaintext).toString(), "kept");
      await other.fails(["keys", "restore", kms.at("backups/keys.edgekms"), "--yes"], 7, /has no keys and no aliases/);
    } finally {
      await other.stop();
    }
    await writeFile(kms.at("no-backup"), "{}\n");
    await kms.fails(["keys", "restore", "no-backup", "--yes"], 6, /no-backup is no backup/);
  });

  test("goes on where it was interrupted", async () => {
    const client = edgekmsClient({ ...kms.worker, credentials: OPERATOR });
    const { parts, skipped, nextMarker } = await client.backupKeyring({});
    const page = JSON.stringify({ parts, skipped, ...(nextMarker && { nextMarker }) });
    await writeFile(kms.at("cut.edgekms.partial"), `${page}\n{"parts":[{"par`, { mode: 0o600 });
    const { stderr } = await kms.ok(["keys", "backup", "cut.edgekms"]);
    assert.match(stderr, /goes on after 1 part in cut\.edgekms\.partial/);
    const written = (await readFile(kms.at("cut.edgekms"), "utf8")).split("\n");
    assert.equal(written[0], parts[0].part, "what it had is not asked for again");
    assert.ok(!(await namesIn(kms.folder)).includes("cut.edgekms.partial"));
  });

  test("is the operator's: an account's own access key is refused, and nothing is written", async () => {
    const { EDGEKMS_ENDPOINT, EDGEKMS_ACCESS_KEY_ID, EDGEKMS_ACCESS_KEY_SECRET } = environmentOf(kms.worker);
    const env = { EDGEKMS_ENDPOINT, EDGEKMS_ACCESS_KEY_ID, EDGEKMS_ACCESS_KEY_SECRET, EDGEKMS_OPERATOR_ACCESS_KEY_ID: "", EDGEKMS_OPERATOR_ACCESS_KEY_SECRET: "" };
    await kms.fails(["keys", "backup", "mine.edgekms"], 4, /NoPermission/, { env });
    assert.ok(!(await namesIn(kms.folder)).some((name) => name.startsWith("mine.edgekms")));
  });
});

describe("what is counted", () => {
  test("is told by day, key and action", async () => {
    const { KeyUsages } = await kms.told(["keys", "usage", "--days", "1"]);
    assert.ok(KeyUsages.every(({ Date, Calls }) => /^\d{4}-\d\d-\d\d$/.test(Date) && Calls >= 0));
    await kms.fails(["keys", "usage", "--days", "500"], 2, /--days must be a whole number from 1 to 400/);
  });
});
