// SPDX-License-Identifier: Apache-2.0
/**
 * What a record of every call costs: calls of a user that a policy lets, each audited, in both settings, beside
 * the worker that does nothing and beside OpenBao's transit with its audit device. All servers are on one
 * processor and the load is on another, where the machine has two.
 */
import { availableParallelism } from "node:os";

import { KmsClient } from "edgekms";

import { accountClient } from "../../tests/lib/clients.mjs";
import { startWorker } from "../../demo/lib/worker.mjs";
import { median } from "../lib/measure.mjs";
import { row } from "../lib/table.mjs";
import { NOOP } from "./throughput.mjs";
import { startOpenBao } from "./openbao.mjs";
import { pin } from "./pin.mjs";

const SETTINGS = ["async", "strict"];
const PLAINTEXT = Buffer.alloc(1024, 7).toString("base64");
const READY_TRIES = 100;

/** @returns the rows of the part. */
export async function auditedRows({ keep, load, noop, say, rounds, ...limits }) {
  const servers = [];
  for (const audit of SETTINGS) servers.push(await ours(keep, audit));
  const openbao = keep(await startOpenBao());
  const pinned = availableParallelism() > 1;
  if (pinned) {
    for (const pid of [noop.pid, openbao.pid, ...servers.map(({ pid }) => pid)]) pin(pid, 0);
    pin(load.pid, 1);
  } else {
    say("one processor: the load shares it with what is measured");
  }
  const rows = [];
  for (const { name, bytes, transit } of CALLS) {
    const contenders = [
      ...servers.map((server) => ({ name: server.name, task: server.tasks[name] })),
      { name: NOOP, task: { ...servers[0].tasks[name], address: noop.address } },
      { name: openbao.name, task: openbao.task(...transit(openbao)) },
    ].map((one) => ({ ...one, rates: [] }));
    for (let round = -1; round < rounds; round += 1) {
      for (const { name: who, task, rates } of contenders) {
        say(`audited ${name}: ${who}, ${round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`}`);
        const { rate } = await load.run({ ...task, ...limits });
        if (round >= 0) rates.push(rate);
      }
    }
    const rateOf = ({ rates }) => median(rates);
    const others = contenders.slice(SETTINGS.length);
    for (const own of contenders.slice(0, SETTINGS.length)) {
      const common = { case: `audited ${name}, ${own.name}`, runtime: "workerd", bytes, unit: "requests/s", value: rateOf(own) };
      for (const other of others) rows.push(row({ ...common, baseline: other.name, baselineValue: rateOf(other) }));
    }
  }
  if (pinned) pin(load.pid, undefined);
  return rows;
}

/** What is called, and the same call of transit: path and body. */
const CALLS = [
  { name: "GenerateDataKey", bytes: 32, transit: () => ["datakey/plaintext", {}] },
  { name: "Encrypt", bytes: 1024, transit: () => ["encrypt", { plaintext: PLAINTEXT }] },
  { name: "Decrypt", bytes: 32, transit: ({ ciphertext }) => ["decrypt", { ciphertext }] },
];

/** A worker with a user who may use one key, and what the load is to send. */
async function ours(keep, audit) {
  const worker = keep(await startWorker({ AUDIT: audit }));
  const { address, region, credentials, accountId } = worker;
  const host = new URL(address).host;
  const root = new KmsClient({ endpoint: address, region, credentials });
  const { keyMetadata } = await root.createKey();
  const ram = accountClient({ host, credentials });
  const UserName = "bench";
  const actions = ["kms:GenerateDataKey", "kms:Encrypt", "kms:Decrypt"];
  const statement = { Effect: "Allow", Action: actions, Resource: `acs:kms:*:${accountId}:key/${keyMetadata.keyId}` };
  await ram.call("CreateUser", { UserName });
  const { AccessKey } = await ram.call("CreateAccessKey", { UserName });
  const PolicyDocument = JSON.stringify({ Version: "1", Statement: [statement] });
  await ram.call("CreatePolicy", { PolicyName: "bench", PolicyDocument });
  await ram.call("AttachPolicyToUser", { PolicyType: "Custom", PolicyName: "bench", UserName });
  const user = { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret };
  const kms = new KmsClient({ endpoint: address, region, credentials: user });
  const { ciphertextBlob } = await allowed(() => kms.generateDataKey({ keyId: keyMetadata.keyId }));
  const KeyId = keyMetadata.keyId;
  const task = (action, parameters) => {
    const call = { dialect: "alibaba", action, bytes: 0, parameters };
    return { address, region, credentials: user, call };
  };
  const tasks = {
    GenerateDataKey: task("GenerateDataKey", { KeyId, KeySpec: "AES_256" }),
    Encrypt: task("Encrypt", { KeyId, Plaintext: PLAINTEXT }),
    Decrypt: task("Decrypt", { CiphertextBlob: ciphertextBlob }),
  };
  return { name: `AUDIT=${audit}`, pid: worker.workerdPid, tasks };
}

/** The isolate hears of a new user's policy within its bound. */
async function allowed(call) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (tries === READY_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
