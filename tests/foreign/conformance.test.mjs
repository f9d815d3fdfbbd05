// SPDX-License-Identifier: Apache-2.0

/**
 * Every action, by every official client, unmodified: each goes through the steps of lib/conformance, with a worker
 * of its own. What they were answered is the table of docs/conformance.md, which must say what this run found;
 * `EDGEKMS_WRITE_CONFORMANCE=1` writes it.
 */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { EVERY_KIND } from "../lib/asymmetric.mjs";
import { CLIENTS } from "../lib/conformance/clients.mjs";
import { walk } from "../lib/conformance/run.mjs";
import { SCENARIOS } from "../lib/conformance/scenarios.mjs";
import { checkStep } from "../lib/conformance/step.mjs";
import { document, isCell } from "../lib/conformance/table.mjs";
import { startWorker } from "../lib/worker.mjs";

const ROOT = new URL("../../", import.meta.url);
/** What edgekms has of its own, mostly for those who run it, and no SDK knows. */
const OWN = [
  "DescribeQuotas",
  "SetQuota",
  "DescribeRootKeys",
  "RewrapKeys",
  "RetireRootKey",
  "BackupKeyring",
  "RestoreKeyring",
  "CloseKeyring",
  "CreateAccount",
  "ListAccounts",
  "CreateAccountAccessKey",
  "RewrapAccount",
  "CloseAccount",
  "DeleteAccount",
  "ListKeyUsage",
  "ExportEvents",
];

/** AWS's name of AssumeRoleWithOIDC, at the address of Alibaba's: boto3 calls it in boto3-sts.test.mjs. */
const OTHERWISE_CALLED = ["AssumeRoleWithWebIdentity"];

const run = Object.fromEntries(
  Object.entries(CLIENTS).map(([dialect, clients]) => [
    dialect,
    { clients, steps: SCENARIOS[dialect], cells: {}, actions: {} },
  ]),
);

for (const { clients, steps, cells, actions } of Object.values(run)) {
  for (const { column, open } of clients) {
    describe(column, () => {
      let worker;
      const opened = [];
      let cellOf;
      before(async () => {
        worker = await startWorker({ settings: EVERY_KIND });
        const [client, other] = [open(worker), clients[0].open(worker)];
        opened.push(client, other);
        cells[column] = steps.map(() => "failed");
        if (client.actions) actions[column] = await client.actions();
        cellOf = walk(client, other);
      });
      after(async () => {
        for (const client of opened) client.stop?.();
        await worker?.stop();
      });

      for (const [index, step] of steps.entries()) {
        test(`${step.action}, ${step.is}`, async () => {
          cells[column][index] = await cellOf(step);
        });
      }
    });
  }
}

test("no step checks nothing", () => {
  for (const { steps } of Object.values(run)) steps.forEach(checkStep);
});

test("every action of the reference has a step", async () => {
  const { paths } = JSON.parse(await readFile(new URL("docs/openapi.json", ROOT), "utf8"));
  const PLACES = [
    { place: /^\/#Action=(\w+)/, scenarios: ["alibaba", "accounts", "trail"] },
    { place: /^\/#X-Amz-Target=TrentService\.(\w+)/, scenarios: ["aws"] },
  ];
  for (const { place, scenarios } of PLACES) {
    const told = new Set(scenarios.flatMap((name) => run[name].steps).map(({ action }) => action));
    for (const path of Object.keys(paths)) {
      const action = place.exec(path)?.[1];
      if (action && ![...OWN, ...OTHERWISE_CALLED].includes(action)) assert.ok(told.has(action), `${scenarios}: ${action} has no step`);
    }
  }
});

test("docs/conformance.md says what this run found", async () => {
  for (const [dialect, { clients, steps, cells }] of Object.entries(run)) {
    for (const { column } of clients) {
      const bad = steps.filter((_, index) => !isCell(cells[column]?.[index]));
      const names = bad.map(({ action, is }) => `${action}, ${is}`);
      assert.deepEqual(names, [], `${dialect}, ${column}: steps that failed or did not run`);
    }
  }
  const found = document(run);
  await mkdir(new URL("target/", ROOT), { recursive: true });
  await writeFile(new URL("target/conformance.md", ROOT), found);
  const place = new URL("docs/conformance.md", ROOT);
  if (process.env.EDGEKMS_WRITE_CONFORMANCE) await writeFile(place, found);
  const kept = await readFile(place, "utf8");
  assert.equal(kept, found, "set EDGEKMS_WRITE_CONFORMANCE=1 to write what is in target/conformance.md");
});
