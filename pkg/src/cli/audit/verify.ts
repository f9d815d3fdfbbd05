// SPDX-License-Identifier: Apache-2.0
/**
 * Whether an export of the trail is what was recorded, whole and in order, with nothing but the root keys at hand: what
 * `crates/service/src/audit/verify.rs` does, with the same findings (tests/vectors/audit-exports.json), over a file that
 * is read twice and never held.
 */

import { invalidArgument } from "../../errors.js";
import { counted } from "../numbers.js";
import type { RootKeys } from "../root-keys.js";
import { Chain } from "./chain.js";
import { type Checkpoint, type Exported, type ExportedEvent, exportedLine, type Head, type Place } from "./lines.js";

/** A shard that is whole. `unchained` events are from before there was a chain: nothing can be said of them. */
export interface Whole {
  readonly events: number;
  readonly unchained: number;
  readonly last: number;
}

/** What can be wrong with an event. */
export type Wrong =
  | "Removed"
  | "Changed"
  | "Inserted"
  | "Reordered"
  | "Truncated"
  | "Checkpoint"
  | "RootMissing";

/** The first thing that is not as it was recorded: the event's number, and the root key version that is not at hand. */
export interface Finding {
  readonly seq: number;
  readonly wrong: Wrong;
  readonly root?: string;
}

/** What was found of one shard. */
export interface ShardReport extends Place {
  readonly verdict: Whole | Finding;
}

/** Lines of a text; each call begins anew. */
export type Lines = () => AsyncIterable<string>;

/**
 * Verifies every shard of an export, in the order in which they begin. `anchors` are checkpoints that were kept
 * elsewhere.
 *
 * @throws EdgekmsError `InvalidArgument`, which names the line that is none of an export.
 */
export async function verify(lines: Lines, anchors: Lines, keys: RootKeys): Promise<ShardReport[]> {
  const shards = new Map<string, Shard>();
  const shardOf = (place: Place): Shard => {
    const name = `${place.account}/${place.region}/${place.shard}`;
    const shard = shards.get(name) ?? new Shard(place, keys);
    shards.set(name, shard);
    return shard;
  };
  for await (const each of exported(lines, "the export")) shardOf(each).meet(each);
  for await (const each of exported(anchors, "the checkpoints")) {
    if (isCheckpoint(each)) shardOf(each).meet(each);
  }
  for (const shard of shards.values()) shard.begin();
  for await (const each of exported(lines, "the export")) {
    if (!isCheckpoint(each)) shardOf(each).take(each);
  }
  return [...shards.values()].map((shard) => shard.report());
}

async function* exported(lines: Lines, what: string): AsyncGenerator<Exported> {
  let number = 0;
  for await (const line of lines()) {
    number += 1;
    if (line.trim() === "") continue;
    const each = exportedLine(line);
    if (each === undefined) throw invalidArgument(`line ${number} of ${what} is not a line of an export`);
    yield each;
  }
}

function isCheckpoint(each: Exported): each is Checkpoint {
  return "signature" in each;
}

const NOTHING: Head = { seq: 0, mac: "" };

/** One shard: it meets all lines to learn where it begins, and then takes its events in order. */
class Shard {
  readonly #place: Place;
  readonly #keys: RootKeys;
  readonly #chains = new Map<string, Chain>();
  readonly #checkpoints: Checkpoint[] = [];
  #first = Infinity;
  #start = NOTHING;
  #head = NOTHING;
  #events = 0;
  #unchained = 0;
  /** The code of the first event that has a checkpoint's number. */
  readonly #codes = new Map<number, string>();
  #finding: Finding | undefined;
  /** An event that does not follow, while it is open why. */
  #suspect: ExportedEvent | undefined;

  constructor({ account, region, shard }: Place, keys: RootKeys) {
    this.#place = { account, region, shard };
    this.#keys = keys;
  }

  meet(each: Exported): void {
    if (isCheckpoint(each)) this.#checkpoints.push(each);
    else if (this.#first === Infinity) this.#first = each.seq;
  }

  begin(): void {
    for (const checkpoint of this.#checkpoints) {
      const chain = this.#chain(checkpoint.root);
      if (chain?.signed(checkpoint)) continue;
      this.#find(checkpoint.seq, chain === undefined ? "RootMissing" : "Checkpoint", checkpoint.root);
      return;
    }
    // Of several parts in a row, the first says where all of them begin; the others agree with the events.
    const starts = this.#checkpoints.filter(({ kind, seq }) => kind === "start" && seq < this.#first);
    for (const { seq, mac } of starts) if (seq >= this.#start.seq) this.#start = { seq, mac };
    this.#head = this.#start;
  }

  take(event: ExportedEvent): void {
    if (this.#finding !== undefined) return;
    if (this.#suspect !== undefined) {
      this.#judge(this.#suspect, event);
      return;
    }
    const isNumbered = this.#checkpoints.some(({ seq }) => seq === event.seq);
    if (isNumbered && !this.#codes.has(event.seq)) this.#codes.set(event.seq, event.mac);
    if (this.#events === 0 && event.root === "" && event.mac === "") {
      this.#unchained += 1;
      this.#head = { seq: event.seq, mac: "" };
    } else if (this.#isNext(this.#head, event, event.seq)) {
      this.#events += 1;
      this.#head = event;
    } else {
      this.#suspectOf(event);
    }
  }

  report(): ShardReport {
    if (this.#finding === undefined && this.#suspect !== undefined) {
      // Nothing came after it that would say more.
      const due = this.#head.seq + 1;
      this.#find(due, this.#suspect.seq > due ? "Removed" : "Changed");
    }
    if (this.#finding === undefined) this.#agree();
    for (const chain of this.#chains.values()) chain.wipe();
    const whole = { events: this.#events, unchained: this.#unchained, last: this.#head.seq };
    return { ...this.#place, verdict: this.#finding ?? whole };
  }

  #find(seq: number, wrong: Wrong, root?: string): void {
    this.#finding = { seq, wrong, ...(wrong === "RootMissing" && root !== undefined ? { root } : {}) };
  }

  #chain(root: string): Chain | undefined {
    const held = this.#chains.get(root) ?? Chain.of(this.#keys, root, this.#place);
    if (held !== undefined) this.#chains.set(root, held);
    return held;
  }

  /** Whether `event` was recorded after `head`, if its number is taken to be `seq`. */
  #isNext(head: Head, event: ExportedEvent, seq: number): boolean {
    return this.#chain(event.root)?.follows(head, { seq, mac: event.mac }, event.line) ?? false;
  }

  /** An event that does not follow: by its number, if that says why; by what comes after it otherwise. */
  #suspectOf(event: ExportedEvent): void {
    if (event.root !== "" && this.#chain(event.root) === undefined) {
      this.#find(event.seq, "RootMissing", event.root);
    } else if (event.seq <= this.#head.seq) {
      this.#find(event.seq, "Inserted");
    } else {
      this.#suspect = event;
    }
  }

  /**
   * What is wrong with a suspect. Numbers are looked at first, and then, since whoever changes a file can number it
   * anew, whether what comes next is what belongs there.
   */
  #judge(suspect: ExportedEvent, next: ExportedEvent): void {
    const due = this.#head.seq + 1;
    if (suspect.seq > due) {
      if (next.seq === due) this.#find(due, "Reordered");
      return;
    }
    if (!this.#isNext(this.#head, next, due)) {
      this.#find(due, "Changed");
      return;
    }
    const isSwapped = this.#isNext({ seq: due, mac: next.mac }, suspect, due + 1);
    this.#find(due, isSwapped ? "Reordered" : "Inserted");
  }

  /** Whether the export has all that the checkpoints tell of, and as they tell it. */
  #agree(): void {
    for (const { seq, mac } of this.#checkpoints) {
      if (seq > this.#head.seq) {
        this.#find(this.#head.seq + 1, "Truncated");
        return;
      }
      const held = seq === this.#start.seq ? this.#start.mac : this.#codes.get(seq);
      if (seq >= this.#start.seq && held !== undefined && held !== mac) {
        this.#find(seq, "Changed");
        return;
      }
    }
  }
}

/** What was found, in a sentence. */
export function sentence({ account, region, shard, verdict }: ShardReport): string {
  return `${account}/${region}, shard ${shard}: ${"wrong" in verdict ? findingText(verdict) : wholeText(verdict)}`;
}

function wholeText({ events, unchained, last }: Whole): string {
  const before = unchained === 0 ? "" : `, after ${unchained} from before there was a chain`;
  return `whole, ${counted(events, "event")} up to ${last}${before}`;
}

function findingText({ seq, wrong, root }: Finding): string {
  const said: Readonly<Record<Wrong, string>> = {
    Removed: `event ${seq} was removed`,
    Changed: `event ${seq} was changed`,
    Inserted: `event ${seq} was inserted`,
    Reordered: `event ${seq} was moved`,
    Truncated: `the end was cut off from event ${seq} on`,
    Checkpoint: `the checkpoint at event ${seq} is not authentic`,
    RootMissing: `event ${seq} was chained under version "${root}" of the root keys, which is not at hand`,
  };
  return said[wrong];
}
