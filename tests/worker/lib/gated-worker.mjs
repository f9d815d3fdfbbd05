// SPDX-License-Identifier: Apache-2.0

/**
 * The built worker with faults put in front of it (gate.js): a KV that refuses, hangs or loses, a keyring
 * that is slow or out of reach, a disk that fails, a log that fails or is slow, a clock that is moved, an object that
 * dies.
 *
 * Further isolates are further copies of the same worker over the same KV and the same keyring object,
 * which lives in the first one.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../../../worker/serve.mjs";
import { removeState, temporaryState } from "../../lib/worker.mjs";
import { callsTo } from "./calls.mjs";

export const BUILD = fileURLToPath(new URL("../../../worker/build", import.meta.url));
const GATE = await readFile(new URL("gate.js", import.meta.url), "utf8");

/** SQLite fails to write a row with this text. */
export const SPOILT = "no disk takes this";

/** How late what is slow answers: not so late that it is given up. */
export const MOMENT_MS = 500;

/** Part of every view's name. */
export const EVERY_VIEW = "/cn-hangzhou/";

/**
 * What can be put in front of one isolate; the keyring object has the faults of the first one.
 *
 * @typedef {object} Faults
 * @property {string} [refuse] writes to KV of names with this part are refused
 * @property {string} [hang] such writes never come to an end
 * @property {string} [loseReads] KV has nothing under names with this part
 * @property {string} [hangReads] reads of such names never come to an end
 * @property {string} [slowReads] reads of such names answer a moment late, with what was there before
 * @property {boolean} [noKeyring] no message reaches the keyring
 * @property {boolean} [slowKeyring] its replies come a moment late
 * @property {string} [failStatement] SQLite fails when it comes to this part of its statements
 * @property {boolean} [logFails] no audit event can be written to the log
 * @property {boolean} [noAudit] no message reaches the audit objects
 * @property {boolean} [slowAudit] their replies come a moment late
 * @property {boolean} [mortal] nothing outlives its request: `waitUntil` does nothing
 */

/** @typedef {{ type: string, path: string, contents: string }} Module as miniflare takes it, the main one first */

/**
 * Starts it in this process, so that the test can look into its KV and its object.
 *
 * @param {object} [options]
 * @param {string} [options.state] kept by `stop` if it is given
 * @param {number} [options.isolates] the first one counts
 * @param {string[]} [options.set] variables, `NAME=value`
 * @param {Record<string, string>[]} [options.otherwise] variables that the further isolates have otherwise, in their
 *   order, as while a deployment rolls out; the objects have the first one's
 * @param {Faults} [options.faults] there from the beginning, in every isolate
 * @param {string} [options.build] folder of another build of the worker
 * @param {boolean} [options.archive] whether a bucket is bound for older events
 * @param {boolean} [options.keepsPoints] whether a dataset is bound that keeps what is written to it
 * @param {Record<string, Module[]>} [options.services] workers beside it, by the name of the binding to each
 */
export async function startGatedWorker({ state, isolates = 1, set = [], otherwise = [], faults = {}, build = BUILD, archive = false, keepsPoints = false, services = {} } = {}) {
  const folder = state ?? (await temporaryState());
  const further = Array.from({ length: isolates - 1 }, (_, index) => `isolate-${index + 2}`);
  const extend = (all) => {
    const [worker] = all.workers;
    worker.modules.unshift({ type: "ESModule", path: join(BUILD, "gated.js"), contents: GATE });
    if (archive) worker.r2Buckets = { AUDIT_ARCHIVE: "audit" };
    worker.bindings.GATE = { faults, spoilt: SPOILT, momentMs: MOMENT_MS, keepsPoints };
    worker.serviceBindings = Object.fromEntries(Object.keys(services).map((name) => [name, name]));
    for (const [index, name] of further.entries()) {
      all.workers.push({
        ...worker,
        name,
        bindings: { ...worker.bindings, ...otherwise[index] },
        durableObjects: Object.fromEntries(
          Object.entries(worker.durableObjects).map(([binding, held]) => [binding, { ...held, scriptName: worker.name }]),
        ),
      });
    }
    const { compatibilityDate } = worker;
    for (const [name, modules] of Object.entries(services)) all.workers.push({ name, modules, compatibilityDate });
    return all;
  };
  const values = { port: "0", state: folder, build, set: ["MAX_KEYS=1000", ...set] };
  const { about, stop, miniflare } = await serve(values, extend);
  const credentials = JSON.parse(await readFile(about.credentialsFile, "utf8"));
  const urls = await Promise.all(further.map((name) => miniflare.unsafeGetDirectURL(name)));
  const addresses = [about.address, ...urls.map(({ origin }) => origin)];
  const edges = addresses.map((address) => edgeAt(address, credentials));
  const views = await miniflare.getKVNamespace("KEY_VIEWS", "edgekms");
  const keyrings = await miniflare.getDurableObjectNamespace("KEYRING", "edgekms");
  // A way to an object that has died is broken, so each message takes a new one.
  const keyringName = `v1/${about.accountId}/${about.region}`;
  const keyring = () => keyrings.get(keyrings.idFromName(keyringName));
  const bucket = archive ? await miniflare.getR2Bucket("AUDIT_ARCHIVE", "edgekms") : undefined;
  const shards = await miniflare.getDurableObjectNamespace("AUDIT_TRAIL", "edgekms");
  /** What a shard of the audit trail answers. */
  const askShard = async (shard, ask) => {
    const place = { account: about.accountId, region: about.region };
    const stub = shards.get(shards.idFromName(`v1/${about.accountId}/${about.region}/audit/${shard}`));
    return JSON.parse(await stub.receive(JSON.stringify({ v: 1, place, shard, ask })));
  };
  const nameOf = (view) => `v2/${about.accountId}/${about.region}/${view}`;
  const read = async (view) => JSON.parse((await views.get(nameOf(view))) ?? "null");
  return {
    ...edges[0],
    edges,
    about,
    credentials,
    state: folder,
    /** The KV namespace itself. */
    views,
    nameOf,
    publishedNames: async () => (await views.list()).keys.map((key) => key.name),
    /** Whether KV holds a view that stands for something. */
    published: async (view) => typeof (await read(view))?.body === "string",
    /** Whether KV says that there is no such thing. */
    tombstone: async (view) => (await read(view))?.body === null,
    publishedState: async (keyId) => JSON.parse((await read(`key/${keyId}`))?.body ?? "null")?.state,
    /** Sends a message to the keyring object, as the edge does. Rejected if it is refused. */
    async message(message) {
      const text = typeof message === "string" ? message : JSON.stringify(message);
      const { reply, refused } = JSON.parse(await edges[0].message(keyringName, text));
      if (refused !== undefined) throw new Error(refused);
      return reply;
    },
    /** It is this much later than it is, everywhere; the object's alarm rings when that is due. */
    async moveClock(millis) {
      await Promise.all(edges.map((edge) => edge.moveClock(millis)));
      await keyring().clockMoved();
    },
    /** The bucket of older events, and the paths in it. */
    bucket,
    archived: async () => (await bucket.list()).objects.map(({ key }) => key),
    askShard,
    /** Every event in the shards of the audit trail, of at most 500 each. */
    async trail() {
      const parts = await Promise.all(Array.from({ length: 8 }, (_, shard) => askShard(shard, { export: 0 })));
      return parts.flatMap(({ exported }) => exported?.lines ?? []).flatMap(({ line }) => (line ? [JSON.parse(line)] : []));
    },
    /** Asks a worker beside it. */
    askService: async (name, path, init) => (await miniflare.getWorker(name)).fetch(`http://${name}${path}`, init),
    /** The object dies; the next message, or its alarm, finds a new one. */
    killObject: async () => keyring().die().catch(() => {}),
    async stop() {
      await stop();
      if (state === undefined) await removeState(folder);
    },
  };
}

/** One isolate: calls to it, its faults, and what it did since it was last asked. */
function edgeAt(address, credentials) {
  let clockOffsetMs = 0;
  const control = async (path, value) => {
    const answer = await fetch(`${address}${path}`, { method: "POST", body: JSON.stringify(value) });
    return answer.text();
  };
  return {
    ...callsTo({ address, host: new URL(address).host, credentials }, () => ({ clockOffsetMs })),
    address,
    /** @param {Faults} faults in place of the ones that are there */
    faults: (faults) => control("/faults", faults),
    /** This isolate's clock, and that of whoever signs calls to it. */
    moveClock(millis) {
      clockOffsetMs = millis;
      return control("/clock", millis);
    },
    /** Sends a message to a keyring. */
    message: (name, text) => control("/message", { name, text }),
    /** What was written to the log. */
    lines: async () => JSON.parse(await control("/lines")),
    /** How many messages went to the keyring, by what they ask. */
    asked: async () => JSON.parse(await control("/asked")),
    /** The points that were written to the dataset. */
    points: async () => JSON.parse(await control("/points")),
    /** How many messages went to the audit objects. */
    appended: async () => JSON.parse(await control("/appended")),
  };
}

/** Runs `use` with a gated worker and ends it. */
export async function withGatedWorker(use, options) {
  const worker = await startGatedWorker(options);
  try {
    await use(worker);
  } finally {
    await worker.stop();
  }
}
