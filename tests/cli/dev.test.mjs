// SPDX-License-Identifier: Apache-2.0

/** `edgekms dev`: what it prints is what clients need, what it has answered is kept, and a folder has one of them. */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { KmsClient } from "edgekms";
import { exportLines, SHELLS } from "edgekms-server";
import { until } from "../lib/eventually.mjs";
import { isAlive } from "../lib/worker.mjs";
import { environment, fails, ok, run, workplace } from "./lib/cli.mjs";
import { spawned, startDev } from "./lib/dev.mjs";

const READY_WITHIN_MS = 60_000;
const PKG = fileURLToPath(new URL("../../pkg", import.meta.url));

/** A client that takes everything from the environment, run by a shell that has evaluated the lines. */
const FROM_ENV = `
  import { KmsClient } from "edgekms";
  const { totalCount } = await KmsClient.fromEnv().listKeys();
  console.log("keys: " + totalCount);`;

const clientOf = ({ EDGEKMS_ENDPOINT, EDGEKMS_REGION, EDGEKMS_ACCESS_KEY_ID, EDGEKMS_ACCESS_KEY_SECRET }) =>
  new KmsClient({
    endpoint: EDGEKMS_ENDPOINT,
    region: EDGEKMS_REGION,
    credentials: { accessKeyId: EDGEKMS_ACCESS_KEY_ID, accessKeySecret: EDGEKMS_ACCESS_KEY_SECRET },
  });

const holderOf = (folder) => JSON.parse(readFileSync(join(folder, ".edgekms", "server.json"), "utf8"));

test("what it prints at every start makes a client that needs nothing else; Ctrl-C is its good end", async (t) => {
  const folder = await workplace(t);
  const printed = [];
  for (const more of [[], ["--https"]]) {
    const { child, exited } = spawned(t, ["dev", "--port", "0", ...more], folder);
    let lines = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (lines += text));
    await until("it has said what it is", () => lines.includes("EDGEKMS_ACCESS_KEY_SECRET=") && lines.endsWith("\n"), READY_WITHIN_MS);
    const program = 'eval "$LINES_OF_DEV"; exec "$0" --input-type=module -e "$PROGRAM"';
    const env = { ...environment(folder), LINES_OF_DEV: lines, PROGRAM: FROM_ENV };
    // It is found as after an installation: from the tests' folder.
    const told = execFileSync("sh", ["-c", program, process.execPath], { cwd: import.meta.dirname, env, encoding: "utf8" });
    assert.equal(told, "keys: 0\n");
    const { workerd } = holderOf(folder);
    child.kill("SIGINT");
    assert.deepEqual(await exited, [0, null]);
    assert.equal(isAlive(workerd.pid), false);
    printed.push(lines);
  }
  const secretsOf = (lines) => lines.split("\n").filter((line) => /ACCESS_KEY/.test(line));
  assert.deepEqual(secretsOf(printed[1]), secretsOf(printed[0]), "the access key stays");
  const state = join(folder, ".edgekms");
  for (const name of ["dev-credentials.json", "https-key.pem"]) {
    assert.equal(statSync(join(state, name)).mode & 0o777, 0o600, name);
  }
  assert.equal(readdirSync(state).some((name) => /ca.*key|authority.*key/i.test(name)), false, "nobody keeps the authority's key");
  const { rootKeys, backupKey } = JSON.parse(readFileSync(join(state, "dev-credentials.json"), "utf8"));
  for (const secret of [JSON.parse(rootKeys).keys["1"], backupKey]) assert.ok(!printed.join("").includes(secret));
});

test("lines of every shell mean what they say", () => {
  const nasty = { A: `it's "$HOME" \`x\` \\ 中 %PATH%`, B: "plain" };
  const lines = (shell) => exportLines(nasty, shell).join("\n");
  const shown = (shell) => execFileSync(shell, ["-c", `${lines(shell)}\nprintenv A`], { encoding: "utf8" });
  assert.equal(shown("sh"), `${nasty.A}\n`);
  // Those that CI has: see crates/xtask/src/setup/shells.rs.
  try {
    assert.equal(shown("fish"), `${nasty.A}\n`);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  assert.equal(lines("powershell"), `$env:A = 'it''s "$HOME" \`x\` \\ 中 %PATH%'\n$env:B = 'plain'`);
  assert.match(lines("cmd"), /^set "B=plain"$/m);
  assert.equal(SHELLS.length, 4);
});

test("killed, it has lost nothing that it had answered, and blocks nobody", async (t) => {
  const folder = await workplace(t);
  const first = await startDev(t, folder);
  const kms = clientOf(first.environment);
  const { keyMetadata } = await kms.createKey({ description: "kept" });
  await kms.createAlias({ keyId: keyMetadata.keyId, aliasName: "alias/kept" });
  const { ciphertextBlob } = await kms.encrypt({ keyId: "alias/kept", plaintext: Buffer.from("hello") });
  const { workerd } = holderOf(folder);
  assert.equal(isAlive(workerd.pid), true);
  assert.deepEqual(await first.end("SIGKILL"), [null, "SIGKILL"]);
  // At once, although the runtime of the first may still be there.
  const second = await startDev(t, folder);
  assert.equal(isAlive(workerd.pid), false);
  const again = clientOf(second.environment);
  assert.equal((await again.describeKey({ keyId: "alias/kept" })).keyMetadata.description, "kept");
  const { plaintext } = await again.decrypt({ ciphertextBlob });
  assert.equal(Buffer.from(plaintext).toString(), "hello");
  await second.end("SIGTERM");
});

describe("a state folder", () => {
  test("has one at a time: a second is told who it is, and what to do", async (t) => {
    const folder = await workplace(t);
    const first = await startDev(t, folder);
    const { stderr } = await fails(["dev", "--port", "0"], 7, /\(StateInUse\)/, { cwd: folder });
    assert.match(stderr, new RegExp(`in use by process ${first.child.pid}, which answers at ${first.address}\\b`));
    assert.match(stderr, new RegExp(`Stop it \\(kill ${first.child.pid}\\), or name another state folder`));
    await clientOf(first.environment).listKeys();
    await first.end("SIGINT");
  });

  test("goes to exactly one of two that come at once", async (t) => {
    const folder = await workplace(t);
    const both = [0, 1].map(() => startDev(t, folder).then((dev) => ({ dev }), (error) => ({ error })));
    const outcomes = await Promise.all(both);
    const winners = outcomes.filter(({ dev }) => dev !== undefined);
    const losers = outcomes.filter(({ error }) => /ended with 7: .*"StateInUse"/.test(error?.message ?? ""));
    assert.deepEqual([winners.length, losers.length], [1, 1], outcomes.map(({ error }) => error?.message).join());
    await clientOf(winners[0].dev.environment).listKeys();
    await winners[0].dev.end("SIGINT");
  });

  test("that names processes of somebody else's is free, and they are let alone", async (t) => {
    const folder = await workplace(t);
    await (await startDev(t, folder)).end("SIGKILL");
    const bystander = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    t.after(() => bystander.kill("SIGKILL"));
    await once(bystander, "spawn");
    // As after a restart of the machine: both ids are of other processes now.
    const left = { ...holderOf(folder), pid: process.pid };
    left.workerd.pid = bystander.pid;
    writeFileSync(join(folder, ".edgekms", "server.json"), JSON.stringify(left));
    const dev = await startDev(t, folder);
    assert.equal(bystander.exitCode ?? bystander.signalCode, null);
    await dev.end("SIGINT");
  });

  test("that cannot be used is named", async (t) => {
    const folder = await workplace(t);
    await fails(["dev", "--state", "key/state"], 8, /the state folder .*key\/state cannot be made: .*ENOTDIR/, { cwd: folder });
    symlinkSync("nowhere", join(folder, "dangling"));
    await fails(["dev", "--state", "dangling/state"], 8, /the state folder .*dangling\/state cannot be made: .*ENOENT/, { cwd: folder });
    // It refuses every name so, and Node's own `recursive` tries again for ever.
    if (process.platform === "linux") await fails(["dev", "--state", "/proc/a/state"], 8, /\/proc\/a\/state cannot be made: .*ENOENT/, { cwd: folder });
    writeFileSync(join(folder, "lock"), "this is no database, but a file of somebody's that is longer than a header of one is");
    await fails(["dev", "--state", "."], 8, /the state folder .* cannot be locked/, { cwd: folder });
  });
});

describe("what is refused, before anything is started", () => {
  test("settings that there are not, and values that the worker does not take", async (t) => {
    const cwd = await workplace(t);
    await fails(["dev", "--set", "MAX_KEYZ=1"], 2, /there is no setting MAX_KEYZ. Did you mean MAX_KEYS\?/, { cwd });
    await fails(["dev", "--set", "WHATEVER=1"], 2, /no setting WHATEVER/, { cwd });
    await fails(["dev", "--set", "NOPE=1"], 2, /no setting NOPE\. docs\/operations\.md lists them all/, { cwd });
    const { stderr } = await fails(["dev", "--set", "hunter2"], 2, /--set takes NAME=VALUE/, { cwd });
    assert.doesNotMatch(stderr, /hunter2/);
    await fails(["dev", "--port", "0", "--set", "MAX_KEYS=0"], 2, /MAX_KEYS is not valid. Keys can be from 1 to/, { cwd });
  });

  test("hosts, ports and shells", async (t) => {
    const cwd = await workplace(t);
    await fails(["dev", "--host", "example.com"], 2, /host must be an IP address/, { cwd });
    await fails(["dev", "--port", "70000"], 2, /--port must be a whole number from 0 to 65535/, { cwd });
    await fails(["dev", "--shell", "tcsh"], 2, /--shell must be one of sh, fish, powershell, cmd/, { cwd });
    const taken = createServer();
    await once(taken.listen(0, "127.0.0.1"), "listening");
    const { port } = taken.address();
    for (const more of [[], ["--https"]]) {
      await fails(["dev", "--port", String(port), ...more], 7, new RegExp(`listens on port ${port} already.*another port`), { cwd });
    }
    taken.close();
  });

  test("a start without the companion, in one sentence that says what to install", async (t) => {
    const cwd = await workplace(t);
    const alone = join(cwd, "node_modules", "edgekms");
    cpSync(join(PKG, "dist"), join(alone, "dist"), { recursive: true });
    cpSync(join(PKG, "package.json"), join(alone, "package.json"));
    const said = "edgekms-server is not installed: npm install --save-dev edgekms-server";
    const program = 'import { startKms } from "edgekms/testing"; await startKms().catch(({ code, message }) => console.log(code, message));';
    writeFileSync(join(cwd, "start.mjs"), program);
    const run = (...args) => execFileSync(process.execPath, args, { cwd, encoding: "utf8", env: environment(cwd), stdio: ["ignore", "pipe", "pipe"] });
    assert.equal(run("start.mjs"), `PartUnavailable ${said}\n`);
    assert.throws(() => run(join(alone, "dist/cli/main.js"), "dev"), ({ status, stderr }) => {
      assert.equal(stderr, `edgekms dev: ${said} (PartUnavailable)\n`);
      return status === 1;
    });
  });
});

test("a host that others reach is warned of, and the address is one that this machine reaches", async (t) => {
  const folder = await workplace(t);
  const dev = await startDev(t, folder, ["--host", "0.0.0.0", "--set", "REGIONS=eu-central-1,cn-beijing"]);
  assert.match(dev.complaints(), /^warning: others can reach 0\.0\.0\.0: .*Without --https/);
  assert.match(dev.address, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(dev.region, "eu-central-1");
  await clientOf(dev.environment).listKeys();
  await dev.end("SIGINT");
});

test("a seed is applied once, however often it is given; a wrong one starts nothing", async (t) => {
  const folder = await workplace(t);
  const seed = { keys: { "alias/photos": { description: "photos" } }, users: { alice: { accessKey: true } } };
  writeFileSync(join(folder, "seed.json"), JSON.stringify(seed));
  const told = [];
  for (const _ of ["first", "second"]) {
    const dev = await startDev(t, folder, ["--seed", "seed.json"]);
    told.push(dev.seeded);
    const { keyMetadata } = await clientOf(dev.environment).describeKey({ keyId: "alias/photos" });
    assert.equal(keyMetadata.keyId, dev.seeded.keys['$.keys["alias/photos"]']);
    await dev.end("SIGINT");
  }
  assert.ok(told[0].made >= 3);
  assert.ok(told[1].there > 0);
  assert.deepEqual(told[1], { ...told[0], made: 0, there: told[1].there });
  assert.equal(statSync(told[0].credentialsFile).mode & 0o777, 0o600);
  writeFileSync(join(folder, "seed.json"), '{ "keyz": {} }');
  await fails(["dev", "--seed", "seed.json", "--state", "other"], 2, /seed\.json:1:\d+: .*keyz/, { cwd: folder });
  assert.equal(readdirSync(folder).includes("other"), false);
});

test("it says when its runtime has ended by itself", async (t) => {
  const folder = await workplace(t);
  const dev = await startDev(t, folder);
  process.kill(holderOf(folder).workerd.pid, "SIGKILL");
  const [code] = await once(dev.child, "exit");
  assert.equal(code, 1);
  assert.match(dev.complaints(), /"the runtime has ended","remedy":"Start it again/);
});

test("its help names what it takes", async () => {
  const { stdout } = await ok(["dev", "--help"]);
  for (const name of ["--state", "--seed", "--set", "--port", "--host", "--https", "--quiet", "--shell"]) assert.ok(stdout.includes(name), name);
  assert.equal((await run(["dev", "extra"])).code, 2);
});
