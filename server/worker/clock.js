// SPDX-License-Identifier: Apache-2.0
/**
 * The main module of a worker whose clock can be moved. Only tests run it: it is in no deployment, and reachable
 * by no request. It moves `Date`, by which everything in the isolate tells the time, and the alarms of objects,
 * which the platform rings by its own clock.
 */

import { env } from "cloudflare:workers";
import * as built from "../build/index.js";
import Entry from "./entry.js";
import { hosted } from "./hosted.js";

export { Journal } from "./entry.js";

/** How long the work that a move makes due may take. */
const SETTLED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 2;

const RealDate = Date;
let offsetMillis = env.CLOCK_OFFSET_MILLIS;
const now = () => RealDate.now() + offsetMillis;

globalThis.Date = new Proxy(RealDate, {
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  construct: (target, given, newTarget) => Reflect.construct(target, given.length > 0 ? given : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
});

/** The alarm of each object that has set one, by the moved clock; the object's name in its namespace is the key. */
const alarms = new Map();
/** How many alarms are being handled. */
let ringing = 0;

const timed = (storage, key) => new Proxy(storage, {
  get(target, name) {
    if (name === "setAlarm") return (at) => {
      alarms.set(key, Number(at));
      return target.setAlarm(Number(at) - offsetMillis);
    };
    if (name === "deleteAlarm") return () => {
      alarms.delete(key);
      return target.deleteAlarm();
    };
    const value = target[name];
    return typeof value === "function" ? value.bind(target) : value;
  },
});

/** The class of a namespace, with alarms by the moved clock. */
const timedObject = (binding, Built) =>
  class extends hosted(class {
    constructor(state, env) {
      const storage = timed(state.storage, `${binding}/${state.id}`);
      const moved = new Proxy(state, {
        get(target, name) {
          if (name === "storage") return storage;
          const value = target[name];
          return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
        },
      });
      return new Built(moved, env);
    }
  }) {
    async alarm() {
      ringing += 1;
      alarms.delete(`${binding}/${this.ctx.id}`);
      try {
        await super.alarm();
      } finally {
        ringing -= 1;
      }
    }
    /** Sets the alarm anew, by what the platform's clock shows when it is due. */
    async clockMoved() {
      const at = alarms.get(`${binding}/${this.ctx.id}`);
      if (at !== undefined) await this.ctx.storage.setAlarm(at - offsetMillis);
    }
  };

export class AccountObject extends timedObject("ACCOUNT", built.AccountObject) {}
export class AuditObject extends timedObject("AUDIT_TRAIL", built.AuditObject) {}
export class KeyringObject extends timedObject("KEYRING", built.KeyringObject) {}
export class WatchObject extends timedObject("WATCH", built.WatchObject) {}

const isDue = () => ringing > 0 || [...alarms.values()].some((at) => at <= now());

/** Moves one after the other. */
let moving = Promise.resolve();

async function move({ by, at = now() + by }) {
  const forward = at - now();
  if (forward < 0) return { trouble: `it is ${new Date().toISOString()} already: the clock only goes forward` };
  offsetMillis += forward;
  for (const key of [...alarms.keys()]) {
    const [binding, id] = key.split("/");
    await env[binding].get(env[binding].idFromString(id)).clockMoved();
  }
  const deadline = RealDate.now() + SETTLED_WITHIN_MS;
  while (isDue()) {
    if (RealDate.now() > deadline) return { trouble: `what is due by ${new Date().toISOString()} takes too long` };
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
  return { now: now() };
}

export default class extends Entry {
  /** For those who have a binding to the worker: no request calls methods. */
  moveClock(to) {
    moving = moving.then(() => move(to));
    return moving;
  }
}
