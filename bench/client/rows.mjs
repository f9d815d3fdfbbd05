// SPDX-License-Identifier: Apache-2.0
/**
 * What is measured, beside whom, and what is aimed at: the table of the project's goals as data. The figures of
 * `today` are those before the client was made anew, on 24 November 2026.
 *
 * @typedef {object} Aim a ratio to a contender; of sizes and memory, a figure that must not be passed
 * @property {number} [must]
 * @property {number} [good]
 * @property {string} [today]
 *
 * @typedef {object} Row
 * @property {string} id as `--only` takes it
 * @property {string} title what is done, without its size
 * @property {"node" | "node20" | "chromium" | "page" | "memory"} where
 * @property {Omit<import("./work.mjs").Job, "warmMs" | "sliceMs">} [job]
 * @property {Array<{ ours?: string, against: string, seal?: Aim, open?: Aim }>} [aims] `ours` is `edgekms` by default
 * @property {string[]} [beside] contenders that nothing is aimed at; they have fewer rounds
 */
import { GIB, KIB, MIB } from "./plan.mjs";

/** How each module of `contenders` is called in tables. */
export const NAMES = {
  edgekms: "edgekms",
  "edgekms-files": "edgekms, sealFile and openFile",
  "edgekms-pipeline": "edgekms, streams in a pipeline",
  "node-crypto": "node:crypto",
  "node-crypto-loop": "node:crypto, no streams",
  webcrypto: "crypto.subtle",
  "webcrypto-loop": "crypto.subtle, no streams",
  "aws-defaults": "@aws-crypto/client-node, defaults",
  "aws-same": "@aws-crypto/client-node, suite and frames as ours",
  "aws-best": "@aws-crypto/client-node, at its best",
  age: "age-encryption",
  libsodium: "libsodium-wrappers",
  openpgp: "openpgp",
  noble: "@noble/ciphers",
  jose: "jose",
};

const AWS = ["aws-defaults", "aws-same", "aws-best"];
const EVERYWHERE = ["age", "libsodium", "openpgp", "noble", "jose"];
const WITH_STREAMS = ["age", "libsodium", "openpgp"];

/** The same is aimed at in both directions. */
const both = (aim) => ({ seal: aim, open: aim });
const message = (bytes) => ({ kind: "message", bytes });
const stream = (bytes) => ({ kind: "stream", bytes });

/** @type {Row[]} */
const NODE = [
  {
    id: "node-1k",
    title: "message",
    where: "node",
    job: message(KIB),
    aims: [{ against: "node-crypto", ...both({ must: 0.18, good: 0.25, today: "0.07" }) }],
    beside: [...AWS, ...EVERYWHERE, "webcrypto"],
  },
  {
    id: "node-64k",
    title: "message",
    where: "node",
    job: message(64 * KIB),
    aims: [{ against: "node-crypto", ...both({ must: 0.45, good: 0.5, today: "0.3" }) }],
    beside: [...AWS, ...EVERYWHERE, "webcrypto"],
  },
  {
    id: "node-1m",
    title: "message",
    where: "node",
    job: message(MIB),
    aims: [
      { against: "node-crypto", seal: { must: 0.55, good: 1, today: "0.4" }, open: { must: 0.65, good: 1, today: "0.4" } },
    ],
    beside: [...AWS, ...EVERYWHERE, "webcrypto"],
  },
  {
    id: "node-stream",
    title: "stream",
    where: "node",
    job: stream(256 * MIB),
    aims: [
      { against: "node-crypto-loop", seal: { must: 0.75, good: 0.9, today: "0.45" }, open: { must: 0.7, good: 0.77, today: "0.65" } },
      { against: "node-crypto", ...both({}) },
      { against: "aws-same", seal: { must: 1.5, today: "0.7-0.9" }, open: { must: 1.8 } },
    ],
    beside: ["aws-defaults", "aws-best", ...WITH_STREAMS],
  },
  {
    id: "node-stream-1g",
    title: "stream",
    where: "node",
    job: stream(GIB),
    aims: [
      { against: "node-crypto-loop", seal: { must: 0.75, good: 0.9, today: "0.45" } },
      { against: "node-crypto", seal: {} },
      { against: "aws-same", seal: { must: 1.5, today: "0.7-0.9" } },
    ],
  },
  {
    id: "node-file",
    title: "file to file",
    where: "node",
    job: { kind: "files", bytes: 256 * MIB },
    aims: [
      { ours: "edgekms-files", against: "node-crypto", ...both({ must: 0.95, good: 1.8 }) },
      { ours: "edgekms-pipeline", against: "node-crypto", ...both({ today: "0.8" }) },
      { ours: "edgekms-pipeline", against: "aws-same", ...both({}) },
    ],
    beside: ["aws-best"],
  },
  {
    id: "node20-stream",
    title: "stream",
    where: "node20",
    job: stream(256 * MIB),
    aims: [
      { against: "node-crypto-loop", seal: { today: "0.64" } },
      { against: "aws-same", seal: { must: 1, today: "1.14" } },
    ],
    beside: ["aws-best"],
  },
  {
    id: "node-signed",
    title: "message, suite 0x0578",
    where: "node",
    job: { kind: "signed", bytes: KIB },
    aims: [
      { against: "node-crypto", seal: { must: 0.5, good: 0.7, today: "0.20" }, open: { must: 0.5, good: 0.7, today: "0.14" } },
    ],
    beside: ["aws-defaults"],
  },
];

/** @type {Row[]} */
const CHROMIUM = [
  {
    id: "chromium-1k",
    title: "message",
    where: "chromium",
    job: message(KIB),
    aims: [{ against: "webcrypto", ...both({ must: 0.17, good: 0.25, today: "0.10-0.14" }) }],
    beside: EVERYWHERE,
  },
  {
    id: "chromium-64k",
    title: "message",
    where: "chromium",
    job: message(64 * KIB),
    aims: [
      { against: "webcrypto", seal: { must: 0.4, good: 0.48, today: "0.41" }, open: { must: 0.65, good: 0.7, today: "0.41" } },
    ],
    beside: EVERYWHERE,
  },
  {
    id: "chromium-1m",
    title: "message",
    where: "chromium",
    job: message(MIB),
    aims: [{ against: "webcrypto", ...both({ must: 0.95, good: 1.15, today: "0.84" }) }],
    beside: EVERYWHERE,
  },
  {
    id: "chromium-stream",
    title: "stream",
    where: "chromium",
    job: stream(256 * MIB),
    aims: [
      { against: "webcrypto-loop", seal: { must: 0.65, good: 0.85, today: "0.40" }, open: { must: 0.85, good: 0.9, today: "0.66" } },
      { against: "webcrypto", ...both({}) },
    ],
    beside: WITH_STREAMS,
  },
  {
    id: "chromium-signed",
    title: "message, suite 0x0578",
    where: "chromium",
    job: { kind: "signed", bytes: KIB },
    aims: [
      { against: "webcrypto", seal: { must: 0.5, good: 0.7, today: "0.20" }, open: { must: 0.5, good: 0.7, today: "0.14" } },
    ],
  },
];

/** @type {Row[]} */
const REST = [
  { id: "page", title: "what a page downloads", where: "page" },
  { id: "memory", title: "peak memory of a stream", where: "memory" },
];

export const ROWS = [...NODE, ...CHROMIUM, ...REST];

/** KiB after brotli; the same for pages that load the package lazily. */
export const PAGE_AIMS = {
  edgekms: { must: 42, good: 40, today: "79" },
  "edgekms-kms": { must: 48, good: 40, today: "81" },
};

/** Who can be downloaded into a page. */
export const PAGE_PEERS = EVERYWHERE;

/** MiB above what the process had before; a stream that seals and one that opens are two. */
export const MEMORY_AIM = { must: 16 };
export const MEMORY_SIZES = [64 * MIB, 256 * MIB, GIB];
/** With `--large`. */
export const MEMORY_LARGE = 8 * GIB;
