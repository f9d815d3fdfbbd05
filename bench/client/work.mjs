// SPDX-License-Identifier: Apache-2.0
/**
 * One contender at one job, in a process or page that does nothing else. Every contender must give back what it
 * sealed before anything is timed.
 *
 * @typedef {object} Job
 * @property {"message" | "signed" | "stream"} kind which of a contender's works is measured
 * @property {number} bytes of plaintext in each call
 * @property {number} warmMs how long a direction runs before it is timed
 * @property {number} sliceMs how long it is timed at least; one call at least
 *
 * @typedef {object} MessageWork
 * @property {() => unknown} seal gives the sealed form, of whatever kind
 * @property {(sealed: any) => unknown} open gives the plaintext
 *
 * @typedef {object} StreamWork
 * @property {(from: Source, to: Sink) => unknown} seal
 * @property {(from: Source, to: Sink) => unknown} open
 * @property {number} [sealedPiece] bytes of the pieces in which what it sealed arrives; default 1 MiB
 *
 * @typedef {object} Contender a module of `contenders`; what it cannot do is not there
 * @property {(plaintext: Uint8Array) => Promise<MessageWork>} [message]
 * @property {(plaintext: Uint8Array) => Promise<MessageWork>} [signed]
 * @property {() => Promise<StreamWork>} [stream]
 * @property {() => Promise<FileWork>} [files] see `files.mjs`
 *
 * @typedef {{ warm: () => unknown, run: () => unknown }} Direction
 */
import { turn } from "../lib/measure.mjs";
import { MIB, PIECE, randomBytes, same } from "./plan.mjs";
import { Gatherer, Sink, Source } from "./streams.mjs";

/** A stream this long warms, and one that ends within a frame is checked. */
const WARM_STREAM = 32 * MIB;
const CHECKED_STREAM = 3 * MIB + 17;

/**
 * @param {Contender} contender
 * @param {Job} job
 * @returns {Promise<{ seal: () => Promise<Direction>, open: () => Promise<Direction> }>} each gets ready when called.
 */
export async function prepare(contender, { kind, bytes }) {
  if (kind === "stream") return streams(await contender.stream(), bytes);
  const plaintext = randomBytes(bytes);
  return messages(await contender[kind](plaintext), plaintext);
}

/** Runs one direction: first unmeasured, then measured. */
export async function measure(direction, { warmMs, sliceMs }) {
  await turn(direction.warm, warmMs);
  return turn(direction.run, sliceMs);
}

async function messages(work, plaintext) {
  const sealed = await work.seal();
  if (!same(await work.open(sealed), plaintext)) throw new Error("the message did not give back what it sealed");
  const open = () => work.open(sealed);
  return {
    seal: async () => ({ warm: work.seal, run: work.seal }),
    open: async () => ({ warm: open, run: open }),
  };
}

async function streams(work, total) {
  const piece = randomBytes(PIECE);
  await check(work, piece);
  const plain = (length) => Source.repeat(piece, length);
  const seal = async (length) => {
    await work.seal(plain(length), new Sink());
  };
  const sealed = async (length) => {
    const kept = new Gatherer(work.sealedPiece);
    await work.seal(plain(length), kept);
    return kept.source();
  };
  const open = async (source, length) => {
    const sink = new Sink();
    await work.open(source, sink);
    if (sink.length !== length) throw new Error(`opened ${sink.length} bytes of ${length}`);
  };
  return {
    seal: async () => ({ warm: () => seal(Math.min(total, WARM_STREAM)), run: () => seal(total) }),
    async open() {
      const short = await sealed(Math.min(total, WARM_STREAM));
      const long = await sealed(total);
      return { warm: () => open(short, Math.min(total, WARM_STREAM)), run: () => open(long, total) };
    },
  };
}

async function check(work, piece) {
  const sealed = new Gatherer(work.sealedPiece);
  await work.seal(Source.repeat(piece, CHECKED_STREAM), sealed);
  const opened = new Gatherer();
  await work.open(sealed.source(), opened);
  const right = [...opened.source()].every((got) => same(got, piece.subarray(0, got.length)));
  if (!right || opened.length !== CHECKED_STREAM) throw new Error("the stream did not give back what it sealed");
}
