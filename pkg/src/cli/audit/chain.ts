// SPDX-License-Identifier: Apache-2.0
/**
 * The codes over a shard's events, as `crates/service/src/audit/chain.rs` makes them: each covers the one before.
 * HMAC-SHA-256 and HKDF are Node's.
 */

import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

import type { RootKeys } from "../root-keys.js";
import type { Checkpoint, Head, Place } from "./lines.js";

/** A shard's chain under one version of the root keys. */
export class Chain {
  readonly #shard: string;
  readonly #root: string;
  readonly #key: Buffer;

  private constructor(shard: string, root: string, key: Buffer) {
    this.#shard = shard;
    this.#root = root;
    this.#key = key;
  }

  /** Undefined if the version is not among the keys. */
  static of(keys: RootKeys, root: string, { account, region, shard }: Place): Chain | undefined {
    const key = keys.get(root);
    if (key === undefined) return undefined;
    const info = framed(["edgekms/v1/audit", account, region]);
    return new Chain(shard, root, Buffer.from(hkdfSync("sha256", key, "", info, 32)));
  }

  /** Whether an event that says it is `found` was recorded after `head`. */
  follows(head: Head, found: Head, line: string): boolean {
    const seq = head.seq + 1;
    const covered = ["edgekms/v1/audit-event", this.#shard, this.#root, bytesOf(seq), codeOf(head.mac), line];
    return seq === found.seq && same(this.#code(covered), found.mac);
  }

  /** Whether the checkpoint was signed under this key. */
  signed({ kind, seq, mac, time, signature }: Checkpoint): boolean {
    const place = [this.#shard, this.#root, bytesOf(seq), codeOf(mac)];
    return same(this.#code(["edgekms/v1/audit-checkpoint", kind, ...place, time]), signature);
  }

  /** Wipes the key. */
  wipe(): void {
    this.#key.fill(0);
  }

  #code(fields: readonly (string | Buffer)[]): string {
    return createHmac("sha256", this.#key).update(framed(fields)).digest("hex");
  }
}

/** Each field with its length before it, so that no two lists of fields are one text. */
function framed(fields: readonly (string | Buffer)[]): Buffer {
  const parts = fields.flatMap((field) => {
    const bytes = typeof field === "string" ? Buffer.from(field) : field;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(parts);
}

/** A number of an event, which a file may have made larger than any that is exact here. */
function bytesOf(seq: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(seq)));
  return bytes;
}

/** A code's bytes; what is none is no bytes, and verifies as nothing. */
function codeOf(mac: string): Buffer {
  return /^([\da-f]{2})*$/i.test(mac) ? Buffer.from(mac, "hex") : Buffer.alloc(0);
}

function same(made: string, found: string): boolean {
  const [one, other] = [Buffer.from(made), Buffer.from(found)];
  return one.length === other.length && timingSafeEqual(one, other);
}
