// SPDX-License-Identifier: Apache-2.0

/**
 * The Dockerfile without Docker: its steps are run one by one, by a shell as Docker would, with other places in the
 * variables that it has for them; and then what the image would start.
 */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { KmsClient } from "edgekms";
import { ROOT, runIn } from "../../release/run.mjs";
import { until } from "../lib/eventually.mjs";
import { all, stagesOf, variablesOf } from "./lib/dockerfile.mjs";
import { environment } from "./lib/project.mjs";

const run = promisify(execFile);
const [general, , builds, runs] = stagesOf(await readFile(join(ROOT, "Dockerfile"), "utf8"));
const json = async (path) => JSON.parse(await readFile(join(ROOT, path), "utf8"));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return String(port);
}

describe("what it says", () => {
  test("it takes the compiler of Cargo.toml, and the Node that the tests run", async () => {
    const { RUST, NODE } = variablesOf(general);
    const [, rust] = /^rust-version = "(.*)"$/m.exec(await readFile(join(ROOT, "Cargo.toml"), "utf8"));
    assert.equal(RUST, rust);
    assert.equal(`^${NODE}`, (await json("package.json")).devDependencies.node);
  });

  test("it runs as somebody who is not root, keeps its state in a volume, and says whether it is well", () => {
    const { STATE, PORT } = variablesOf(runs);
    assert.deepEqual(all(runs, "USER").map(({ text }) => text), ["node"]);
    assert.deepEqual(all(runs, "VOLUME").map(({ text }) => text), [STATE]);
    assert.deepEqual(all(runs, "EXPOSE").map(({ text }) => text), [PORT]);
    assert.equal(all(runs, "HEALTHCHECK").length, 1);
    const last = runs.instructions.findLastIndex(({ keyword }) => keyword === "RUN");
    assert.ok(runs.instructions.findIndex(({ keyword }) => keyword === "USER") > last, "root only installs");
  });

  test("what the steps are given is where the steps before left it", () => {
    const places = [builds, runs].map((stage) => variablesOf(stage).PACKAGES);
    assert.equal(places[0], places[1]);
    const [install] = all(runs, "RUN");
    assert.ok(install.flags.includes(`--mount=type=bind,from=build,source=${places[0]},target=${places[0]}`));
    assert.deepEqual(all(builds, "COPY").map(({ text, flags }) => [text, flags]).at(-1), [". .", []]);
  });

  test("nothing that is committed is kept from it", async () => {
    const lines = (await readFile(join(ROOT, ".dockerignore"), "utf8")).split("\n").filter((line) => /^[^#]/.test(line));
    for (const line of lines.filter((line) => line !== ".git")) {
      const path = line.replace("**/", "").replace("*", "some");
      // A folder's pattern is asked with something in it.
      await runIn(ROOT, "git", "check-ignore", "--quiet", "--no-index", join(path, path.endsWith(".tgz") ? "" : "file"));
    }
  });
});

describe("its steps", () => {
  let folder;
  let env;
  const shell = (command, cwd = ROOT) => run("/bin/sh", ["-c", command], { cwd, env, maxBuffer: 1 << 26 });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "edgekms-image-"));
    const tools = join(folder, "tools");
    const prefix = join(folder, "usr");
    await mkdir(tools);
    // Node as these tests have it, and none of the programs of the checkout.
    await symlink(process.execPath, join(tools, "node"));
    const machine = process.env.PATH.split(delimiter).filter((path) => !path.startsWith(ROOT));
    // The developer's command is the one that runs these tests: cargo would wait for the other half of them.
    const xtask = process.env.EDGEKMS_XTASK ?? join(ROOT, "target/debug/edgekms-xtask");
    const { stdout: cargo } = await run("/bin/sh", ["-c", "command -v cargo"]);
    const script = `#!/bin/sh\n[ "$1" = xtask ] || exec "${cargo.trim()}" "$@"\nshift\nexec "${xtask}" "$@"\n`;
    await writeFile(join(tools, "cargo"), script, { mode: 0o755 });
    env = {
      ...environment(),
      ...variablesOf(runs),
      PATH: [tools, join(prefix, "bin"), ...machine].join(delimiter),
      PACKAGES: join(folder, "packages"),
      STATE: join(folder, "state"),
      OWNER: userInfo().username,
      HOST: "127.0.0.1",
      PORT: await freePort(),
      npm_config_prefix: prefix,
      npm_config_prefer_offline: "true",
    };
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test("the packages are built and packed", async () => {
    const [build, pack, ...more] = all(builds, "RUN").map(({ text }) => text);
    assert.deepEqual(more, []);
    // What CI's own set-up did: here it finds everything there.
    assert.equal(build, "cargo xtask build");
    await shell(build);
    await shell(pack);
    const { version } = await json("pkg/package.json");
    for (const name of ["edgekms", "edgekms-server"]) await stat(join(env.PACKAGES, `${name}-${version}.tgz`));
  });

  test("they are installed, and the state has a folder that is nobody else's", async () => {
    for (const { text } of all(runs, "RUN")) await shell(text, folder);
    assert.equal((await stat(env.STATE)).mode & 0o777, 0o700);
    const { stdout } = await shell("command -v edgekms", folder);
    assert.equal(stdout.trim(), join(env.npm_config_prefix, "bin/edgekms"));
  });

  /** What the image starts; the variables by which clients find it, once it is well. */
  async function started() {
    const [{ text }] = all(runs, "CMD");
    const child = spawn("/bin/sh", ["-c", text], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    let said = "";
    child.stdout.on("data", (piece) => (said += piece));
    const [{ text: check }] = all(runs, "HEALTHCHECK");
    const well = () => shell(check.replace(/^CMD /, ""), folder).then(() => true, () => child.exitCode !== null && assert.fail("it ended"));
    await until("it says that it is well", well, 60_000);
    await until("it has said where it is", () => said.includes("EDGEKMS_ACCESS_KEY_SECRET"));
    const word = (name) => new RegExp(`^export ${name}=['"]?(.*?)['"]?$`, "m").exec(said)?.[1];
    const credentials = { accessKeyId: word("EDGEKMS_ACCESS_KEY_ID"), accessKeySecret: word("EDGEKMS_ACCESS_KEY_SECRET") };
    const kms = new KmsClient({ endpoint: `http://127.0.0.1:${env.PORT}`, region: "cn-hangzhou", credentials });
    return { kms, child, ended };
  }

  test("what it starts says that it is well, ends when it is asked to, and has its keys again", async () => {
    const first = await started();
    const { keyMetadata } = await first.kms.createKey({ description: "in a volume" });
    first.child.kill("SIGTERM");
    assert.deepEqual(await first.ended, [0, null]);
    await assert.rejects(shell(all(runs, "HEALTHCHECK")[0].text.replace(/^CMD /, ""), folder), "and it is not well then");
    const second = await started();
    const found = await second.kms.describeKey({ keyId: keyMetadata.keyId });
    assert.equal(found.keyMetadata.description, "in a volume");
    second.child.kill("SIGTERM");
    await second.ended;
  });
});
