// SPDX-License-Identifier: Apache-2.0

/**
 * A scrape as a scraper of another make reads it, and whether what the repository asks of metrics, in its
 * dashboard and in its documentation, is there.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { runPython } from "../lib/python.mjs";
import { startWorker } from "../lib/worker.mjs";
import { callsTo } from "../worker/lib/calls.mjs";

const TOKEN = "a-token-of-the-tests";
const read = (path) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

let worker;
let families;
before(async () => {
  worker = await startWorker({ settings: { METRICS_TOKEN: TOKEN, THROTTLE: "on", AUDIT_LOG: "on" } });
  const { call, refused, send } = callsTo(worker);
  const { KeyId } = (await call("CreateKey")).KeyMetadata;
  await call("CreateAlias", { KeyId, AliasName: "alias/a" });
  for (let n = 0; n < 3; n += 1) await call("GenerateDataKey", { KeyId: "alias/a" });
  await refused("DescribeKey", { KeyId: "no-such-key" });
  await Promise.all(Array.from({ length: 30 }, () => send("ListKeys")));
  await fetch(worker.address, { method: "POST" });
  const text = await (await fetch(`${worker.address}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
  const { status, stdout, stderr } = await runPython(worker, ["openmetrics.py"], { input: text });
  assert.equal(status, 0, `${stderr}\n${text}`);
  families = new Map(JSON.parse(stdout).map((family) => [family.name, family]));
});
after(() => worker.stop());

/** The names of a family's samples, which is what a query asks for. */
const ENDINGS = { counter: ["_total", "_created"], gauge: [""], histogram: ["_bucket", "_count", "_sum", "_created"], info: ["_info"] };
const sampleNames = () => [...families.values()].flatMap(({ name, type }) => ENDINGS[type].map((ending) => name + ending));

const value = (family, name, labels = {}) => {
  const is = (sample) => sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels[label] === text);
  return families.get(family).samples.find(is)?.value;
};

test("the parser of Prometheus's own client reads it, with types, units and what each tells", () => {
  for (const { name, type, unit, help, samples } of families.values()) {
    assert.ok(type in ENDINGS, `${name}: ${type}`);
    assert.equal(unit, name.endsWith("_seconds") ? "seconds" : "", name);
    assert.match(help, /^[A-Z].*\.$/, name);
    for (const sample of samples) assert.ok(ENDINGS[type].some((ending) => sample.name === name + ending), sample.name);
  }
  const calls = (labels) => value("edgekms_calls", "edgekms_calls_total", labels);
  assert.equal(calls({ action: "GenerateDataKey", code: "OK", caller: "root" }), 3);
  assert.equal(calls({ action: "DescribeKey", code: "Forbidden.KeyNotFound" }), 1);
  assert.equal(calls({ caller: "unauthenticated" }), 1);
  const throttled = value("edgekms_throttled_calls", "edgekms_throttled_calls_total", { group: "reads" });
  assert.ok(throttled > 0 && throttled === calls({ code: "Rejected.Throttling" }));
  const duration = "edgekms_call_duration_seconds";
  const symmetric = (ending, labels) => value(duration, duration + ending, { group: "symmetric", ...labels });
  assert.deepEqual([symmetric("_count"), symmetric("_bucket", { le: "+Inf" })], [3, 3]);
  assert.ok(symmetric("_sum") < 60 && symmetric("_bucket", { le: "10.0" }) === 3);
  const age = Date.now() / 1000 - symmetric("_created");
  assert.ok(age > -5 && age < 300, `counts since ${age} s ago`);
  assert.equal(value("edgekms_isolates", "edgekms_isolates"), 1);
  assert.ok(value("edgekms_publish_lag_seconds", "edgekms_publish_lag_seconds", { region: "cn-hangzhou" }) < 60);
  assert.ok(value("edgekms_view_reads", "edgekms_view_reads_total", { kind: "alias" }) >= 3);
});

test("a scrape holds nothing that a caller chose, and nothing secret", () => {
  const text = JSON.stringify([...families.values()]);
  const { accessKeyId, accessKeySecret } = worker.credentials;
  for (const part of [accessKeyId, accessKeySecret, worker.accountId, TOKEN, "alias/a", "no-such-key"]) {
    assert.ok(!text.includes(part), part);
  }
});

/** The metrics that a query asks for, and the labels that it groups by. */
function asked(query) {
  const names = query.match(/\bedgekms_[a-z_]+/g) ?? [];
  const labels = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => list.split(",").map((label) => label.trim()));
  return { names, labels };
}

function assertThere(query, where) {
  const { names, labels } = asked(query);
  assert.ok(names.length > 0, `${where}: ${query}`);
  const there = sampleNames();
  for (const name of names) assert.ok(there.includes(name), `${where}: ${name} is no metric`);
  const of = (name) => [...families.values()].find((family) => ENDINGS[family.type].some((ending) => family.name + ending === name));
  const known = new Set(names.flatMap((name) => of(name).samples.flatMap((sample) => Object.keys(sample.labels))));
  for (const label of labels) assert.ok(known.size === 0 || known.has(label), `${where}: ${query} has no label ${label}`);
}

test("every query of the dashboard asks for what is there", async () => {
  const dashboard = JSON.parse(await read("ops/grafana/edgekms.json"));
  const targets = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  assert.ok(targets.length > 15);
  for (const { title, expr } of targets) assertThere(expr, title);
  const shown = new Set(targets.flatMap(({ expr }) => asked(expr).names));
  const isShown = ({ name, type }) => ENDINGS[type].some((ending) => shown.has(name + ending));
  assert.deepEqual([...families.values()].filter((family) => !isShown(family)).map(({ name }) => name), [], "each is shown");
  const ids = dashboard.panels.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("the documentation has a row for each metric and each alert, and alerts ask for what is there", async () => {
  const section = /\n## Watching it\n(.*?)\n## /s.exec(await read("docs/operations.md"))[1];
  const rows = [...section.matchAll(/^\| `(edgekms_[a-z_]+)` \| (\w+) \|/gm)].map(([, name, type]) => [name, type]);
  assert.deepEqual(rows.sort(), [...families.values()].map(({ name, type }) => [name, type]).sort());
  const alerts = await read("ops/prometheus/edgekms.yaml");
  const documented = [...section.matchAll(/^\| `(Edgekms\w+)` \|/gm)].map(([, name]) => name);
  const names = [...alerts.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name);
  assert.deepEqual(documented, names);
  const queries = [...alerts.matchAll(/^ +expr: (.+)$/gm)].map(([, query]) => query);
  assert.equal(queries.length, names.length);
  for (const query of queries) assertThere(query, "ops/prometheus/edgekms.yaml");
});
