// SPDX-License-Identifier: Apache-2.0

/** `edgekms seed`: what a person sees, and how it ends. */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { environmentFor } from "../lib/run-script.mjs";
import { fails, ok } from "./lib/cli.mjs";
import { startDeployment } from "./lib/seeds.mjs";

const SEED = {
  users: { app: { accessKey: true } },
  keys: { "alias/photos": { tags: { team: "web" } } },
  accounts: { acme: { keys: { "alias/theirs": {} } } },
};

describe("edgekms seed", () => {
  let deployment;
  let folder;
  let options;
  before(async () => {
    deployment = await startDeployment();
    folder = await mkdtemp(join(tmpdir(), "edgekms-cli-"));
    const { accessKeyId, accessKeySecret } = deployment.operator;
    const operator = { EDGEKMS_OPERATOR_ACCESS_KEY_ID: accessKeyId, EDGEKMS_OPERATOR_ACCESS_KEY_SECRET: accessKeySecret };
    options = { cwd: folder, env: { ...environmentFor(deployment.worker), ...operator } };
    await writeFile(join(folder, "seed.json"), JSON.stringify(SEED));
  });
  after(async () => {
    await deployment?.worker.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  test("tells what would be made, makes it, and finds it there", async () => {
    const dry = await ok(["seed", "seed.json", "--dry-run"], options);
    assert.match(dry.stdout, /user app +\$\.users\.app/);
    assert.match(dry.stdout, /would be made +7/);
    const vault = join(folder, "kept.json");
    const made = await ok(["seed", "seed.json", "--vault", vault], options);
    assert.match(made.stdout, /key alias\/photos +\$\.keys\["alias\/photos"\]/);
    assert.equal((await stat(vault)).mode & 0o777, 0o600);
    const { accessKeys } = JSON.parse(await readFile(vault, "utf8"));
    assert.deepEqual(accessKeys.map(({ account, user }) => [account, user]), [["acme", undefined], [undefined, "app"]]);
    for (const { accessKeyId, accessKeySecret } of accessKeys) {
      assert.ok(made.stdout.includes(accessKeyId) && !(made.stdout + made.stderr).includes(accessKeySecret));
    }
    const again = await ok(["seed", "seed.json", "--vault", vault], options);
    assert.match(again.stderr, /everything was there already/);
    assert.match(again.stdout, /made +0/);
  });

  test("tells a secret once where there is no vault, and JSON to programs", async () => {
    await writeFile(join(folder, "other.json"), JSON.stringify({ users: { other: { accessKey: true } } }));
    const { stdout } = await ok(["seed", "other.json", "--json"], options);
    const { made, accessKeys } = JSON.parse(stdout);
    assert.equal(made.length, 2);
    assert.equal(accessKeys[0].accessKeySecret.length, 30);
    const again = await ok(["seed", "other.json"], options);
    assert.match(again.stdout, new RegExp(`other +${accessKeys[0].accessKeyId} +was told when it was made`));
  });

  test("ends with the code and the sentence for each thing that is wrong", async () => {
    await fails(["seed", "nothing.json"], 8, /nothing\.json.*There is no such file/, options);
    await writeFile(join(folder, "wrong.json"), '{\n  "keyz": {}\n}\n');
    await fails(["seed", "wrong.json"], 2, /wrong\.json:2:3: \$\.keyz is a field that is not known; did you mean "keys"\?/, options);
    await writeFile(join(folder, "conflict.json"), JSON.stringify({ keys: { "alias/photos": { spec: "EC_P256" } } }));
    await fails(["seed", "conflict.json"], 7, /\$\.keys\["alias\/photos"\]\.spec differs .*Nothing was changed/, options);
    await fails(["seed", "seed.json"], 7, /\$\.accounts\.acme exists .*vault/, options);
    const { EDGEKMS_OPERATOR_ACCESS_KEY_ID: _, EDGEKMS_OPERATOR_ACCESS_KEY_SECRET: _secret, ...env } = options.env;
    await fails(["seed", "seed.json"], 2, /operator/, { ...options, env });
    await fails(["seed", "other.json"], 5, /no answer/, { ...options, env: { ...env, EDGEKMS_ENDPOINT: "http://127.0.0.1:1" } });
    await fails(["seed", "other.json"], 2, /no (KMS is named|access key is set)/, { cwd: folder });
    await fails(["seed"], 2, /file/, options);
  });
});
