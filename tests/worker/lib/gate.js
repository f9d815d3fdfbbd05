// SPDX-License-Identifier: Apache-2.0

/**
 * Runs inside workerd, as the entry in front of the built worker: see gated-worker.mjs, which says what
 * each fault is. Nothing of the worker itself is changed; what it is given by the runtime is.
 */

import { env as given } from "cloudflare:workers";
import { KeyringObject as Built } from "../build/index.js";
import Entry, { Journal } from "../src/entry.js";
import { hosted } from "../src/hosted.js";

export { AccountObject, AuditObject, WatchObject } from "../src/entry.js";
export { Journal };

// One to an isolate: the edge's part of this worker and its objects run in the same one.
let { faults } = given.GATE;
let clockMillis = 0;
/** By the moved clock; undefined as long as the object has set none in this process. */
let alarmAt;
/** What was written to the log. */
const lines = [];
/** How many messages went to the keyring, by what they ask. */
let asked = {};
/** How many messages went to the audit objects. */
let appended = 0;
/** What was written to the dataset of Analytics Engine: Miniflare's own keeps nothing. */
const points = [];
const dataset = { writeDataPoint: (point) => void points.push(point) };

/** The name of a view that an isolate asks for to learn which messages its keyring reads. */
const NO_KEY = "edgekms-what-do-you-read";

const realNow = Date.now;
Date.now = () => realNow() + clockMillis;
// Kept for the test, and not shown: a fault that a test wants is no news.
console.log = (line) => {
  if (faults.logFails) throw new Error("no line can be written");
  lines.push(String(line));
};
console.error = (line) => void lines.push(String(line));

const replacing = (object, replaced) => new Proxy(object, {
  get(target, name) {
    if (Object.hasOwn(replaced, name)) return replaced[name];
    const value = target[name];
    return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
  },
});
const isMet = (fault, text) => faults[fault] !== undefined && text.includes(faults[fault]);
const forever = () => new Promise(() => {});
const aMoment = () => new Promise((done) => setTimeout(done, given.GATE.momentMs));

const write = (kv, method) => async (key, ...rest) => {
  if (isMet("refuse", key)) throw new Error("KV failed: 429 Too Many Requests");
  if (isMet("hang", key)) await forever();
  return kv[method](key, ...rest);
};
const gatedViews = (kv) => replacing(kv, {
  async get(key, ...rest) {
    if (isMet("hangReads", key)) await forever();
    if (isMet("loseReads", key)) return null;
    const text = await kv.get(key, ...rest);
    if (isMet("slowReads", key)) await aMoment();
    return text;
  },
  put: write(kv, "put"),
  delete: write(kv, "delete"),
});
const countedStub = (stub) => replacing(stub, {
  async receive(message) {
    const { ask } = JSON.parse(message);
    const [kind] = ask.view?.name.name === NO_KEY ? ["probe"] : Object.keys(ask);
    asked[kind] = (asked[kind] ?? 0) + 1;
    if (faults.noKeyring) throw new Error("Network connection lost.");
    const reply = await stub.receive(message);
    if (faults.slowKeyring) await aMoment();
    return reply;
  },
});
const countedShard = (stub) => replacing(stub, {
  async receive(message) {
    appended += 1;
    if (faults.noAudit) throw new Error("Network connection lost.");
    const reply = await stub.receive(message);
    if (faults.slowAudit) await aMoment();
    return reply;
  },
});
const countedShards = (namespace) => replacing(namespace, {
  getByName: (...which) => countedShard(namespace.getByName(...which)),
});
const countedKeyrings = (namespace) => replacing(namespace, {
  getByName: (...which) => countedStub(namespace.getByName(...which)),
});
const gated = (env) => new Proxy(env, {
  get(target, name) {
    if (name === "KEY_VIEWS") return gatedViews(target.KEY_VIEWS);
    if (name === "AUDIT_TRAIL") return countedShards(target.AUDIT_TRAIL);
    if (name === "KEYRING") return countedKeyrings(target.KEYRING);
    if (name === "METRICS" && given.GATE.keepsPoints) return dataset;
    return target[name];
  },
});

const failing = (sql) => replacing(sql, {
  exec(query, ...bindings) {
    if (bindings.some((value) => String(value).includes(given.GATE.spoilt))) throw new Error("disk I/O error");
    if (isMet("failStatement", query)) {
      sql.exec(query.slice(0, query.indexOf(faults.failStatement)));
      throw new Error("disk I/O error");
    }
    return sql.exec(query, ...bindings);
  },
});

const Gated = new Proxy(Built, {
  construct(target, [state, env], newTarget) {
    const { storage } = state;
    const gatedStorage = replacing(storage, {
      sql: failing(storage.sql),
      setAlarm: (at) => storage.setAlarm((alarmAt = at) - clockMillis),
    });
    return Reflect.construct(target, [replacing(state, { storage: gatedStorage }), gated(env)], newTarget);
  },
});

export class KeyringObject extends hosted(Gated) {
  die() {
    this.ctx.abort("killed by a test");
  }

  /** The platform's own clock has moved too, so the alarm rings when it is due by it. */
  async clockMoved() {
    const { storage } = this.ctx;
    alarmAt ??= await storage.getAlarm();
    if (alarmAt !== null) await storage.setAlarm(alarmAt - clockMillis);
  }
}

const controls = {
  "/faults": async (request) => ((faults = await request.json()), new Response("")),
  "/clock": async (request) => ((clockMillis = await request.json()), new Response("")),
  // Miniflare's own way to an object does not tell why a method threw.
  "/message": async (request) => {
    const { name, text } = await request.json();
    const answered = given.KEYRING.getByName(name).receive(text);
    return Response.json(await answered.then((reply) => ({ reply }), ({ message }) => ({ refused: message })));
  },
  "/lines": async () => Response.json(lines.splice(0)),
  "/points": async () => Response.json(points.splice(0)),
  "/appended": async () => {
    const counted = appended;
    appended = 0;
    return Response.json(counted);
  },
  "/asked": async () => {
    const counted = asked;
    asked = {};
    return Response.json(counted);
  },
};

export default class extends Entry {
  constructor(context, env) {
    if (faults.mortal) Object.defineProperty(context, "waitUntil", { value() {} });
    super(context, gated(env));
  }
  fetch(request) {
    const control = controls[new URL(request.url).pathname];
    return control === undefined ? super.fetch(request) : control(request);
  }
}
