// SPDX-License-Identifier: Apache-2.0
/** Opening a whole message: header first, then every frame, then the footer; nothing is given out before. */

import type { Bytes } from "../bytes.js";
import { differing } from "../context.js";
import { type Core, core, Refused, refused } from "../core/core.js";
import { Opening, type OpenOptions, type OpenPlan } from "../core/opening.js";
import { shortCopy } from "../core/short-copy.js";
import { chooseEngine } from "../engine/choose.js";
import type { Engine, FrameCipher, MaybePromise } from "../engine/engine.js";
import { cipherOf } from "../engine/make.js";
import { TRAILING_BYTES, TRUNCATED_MESSAGE } from "../generated/refusals.js";
import type { KeyringWork, MessageScope } from "../keyring/materials.js";
import { after, lastly } from "../maybe.js";
import { allocate, runtime } from "../runtime.js";
import { signatures } from "./data-key.js";
import { FRAMES_IN_FLIGHT, place } from "./seal.js";
import type { FooterVerifier } from "./signature.js";

/** Bytes in which most headers end: a few data keys and a short context. */
export const FIRST_HEADER_TRY = 4096;

/** What one message needs. */
export interface OpenJob {
  work: KeyringWork;
  scope: MessageScope;
  options: OpenOptions;
  maxEncryptedDataKeys: number | undefined;
  engine: Engine;
}

/** A message whose header is authentic. */
export interface OpenedStart {
  opening: Opening;
  cipher: FrameCipher;
  verifier: FooterVerifier | undefined;
  /** The header with its authentication, a copy. */
  header: Bytes;
}

/** An opened message, before it is told to a user. */
export interface Opened {
  plaintext: Bytes;
  header: Bytes;
  context: Opening["context"];
}

/** The message ends before its last frame, or its footer. */
export function truncated(): Refused {
  return refused(TRUNCATED_MESSAGE);
}

/** Something follows the end of the message. */
export function trailing(): Refused {
  return refused(TRAILING_BYTES);
}

/** The header at the start of these bytes, or `undefined` if it does not end in them. */
export function readHeader(core: Core, bytes: Bytes, limit: number | undefined): Opening | undefined {
  // In growing pieces, so that a large message does not cross into WebAssembly for its header.
  for (let size = FIRST_HEADER_TRY; ; ) {
    const read = Opening.read(core, bytes.subarray(0, size), limit);
    if (typeof read !== "number") return read;
    if (size >= bytes.length || read > bytes.length) return undefined;
    size = Math.max(size * 4, read);
  }
}

/**
 * From a header that is read to the cipher of its frames. `length`: of the message, if it is known. Whoever gets
 * it frees `opening` and `verifier`; if this fails, it has freed them.
 */
export function authenticate(
  core: Core,
  opening: Opening,
  job: OpenJob,
  bytes: Bytes,
  length: number | undefined,
): MaybePromise<OpenedStart> {
  let given = false;
  let verifier: FooterVerifier | undefined;
  const work = () => {
    try {
      opening.prepare(job.options);
    } catch (error) {
      if (error instanceof Refused) error.pair = differingPair(core, job, bytes);
      throw error;
    }
    return after(job.work.unwrap(opening, job.scope), () => {
      opening.authenticate();
      const header = shortCopy(bytes.subarray(0, opening.headerLength));
      return after(verifierFor(opening, length !== undefined), (found) => {
        verifier = found;
        const longest = opening.frameLength || Number.MAX_SAFE_INTEGER;
        const payload = Math.min(longest, length ?? longest);
        const engine = chooseEngine(job.engine, runtime().name, payload, opening.keyLength);
        const cipher = cipherOf(engine, core, opening);
        return after(length === undefined ? cipher.ready : undefined, () => {
          given = true;
          return { opening, cipher, verifier, header };
        });
      });
    });
  };
  return lastly(work, () => {
    if (given) return;
    opening.free();
    verifier?.free();
  });
}

/** The pair that was given and has another value in the message. The core has let go of the header by now. */
function differingPair(core: Core, { options, maxEncryptedDataKeys }: OpenJob, bytes: Bytes): string | undefined {
  const opening = readHeader(core, bytes, maxEncryptedDataKeys);
  const pair = opening && differing(options.encryptionContext, opening.fields().encryptionContext);
  opening?.free();
  return pair;
}

function verifierFor(opening: Opening, whole: boolean): MaybePromise<FooterVerifier | undefined> {
  const { curve } = opening;
  if (curve === undefined) return undefined;
  return after(signatures(), ({ verifierOf }) => verifierOf(curve, opening.verificationKey(), whole));
}

/** Opens a message that is wholly there. */
export function openWhole(job: OpenJob, message: Bytes): MaybePromise<Opened> {
  return after(core(), (core) => {
    const opening = readHeader(core, message, job.maxEncryptedDataKeys);
    if (opening === undefined) throw truncated();
    return after(authenticate(core, opening, job, message, message.length), (started) =>
      lastly(
        () => body(started, message),
        () => {
          started.opening.free();
          started.verifier?.free();
        },
      ),
    );
  });
}

function body(started: OpenedStart, message: Bytes): MaybePromise<Opened> {
  const { opening, header, verifier } = started;
  const context = opening.context;
  const frames = new WholeFrames(started, message.subarray(opening.headerLength));
  return after(frames.open(), (plaintext) => {
    const opened = { plaintext, header, context };
    const rest = message.length - opening.headerLength - frames.length;
    if (verifier === undefined) {
      if (rest > 0) throw trailing();
      return opened;
    }
    const end = message.length - rest;
    const wipe = () => void plaintext.fill(0);
    return orWiped(wipe, () => after(footer(verifier, message, end), () => opened));
  });
}

/** Two bytes of length, then the signature, and nothing after it (message-footer). */
function footer(verifier: FooterVerifier, message: Bytes, end: number): MaybePromise<void> {
  const [high, low] = message.subarray(end, end + 2);
  if (high === undefined || low === undefined) throw truncated();
  const last = end + 2 + ((high << 8) | low);
  if (last > message.length) throw truncated();
  if (last < message.length) throw trailing();
  return verifier.check(message, end);
}

/** Plaintext that is not given out after all is wiped. */
function orWiped<T>(wipe: () => void, work: () => MaybePromise<T>): MaybePromise<T> {
  let good = false;
  return lastly(
    () =>
      after(work(), (value) => {
        good = true;
        return value;
      }),
    () => void (good || wipe()),
  );
}

/** The frames of one message: all are planned and opened in order; the whole plaintext, or none. */
class WholeFrames {
  /** Bytes of the body that were frames. */
  length = 0;
  readonly #started: OpenedStart;
  readonly #body: Bytes;
  #plaintext: Bytes | undefined;
  #filled = 0;

  constructor(started: OpenedStart, body: Bytes) {
    this.#started = started;
    this.#body = body;
  }

  open(): MaybePromise<Bytes> {
    const { opening, cipher } = this.#started;
    const plans = opening.plans(this.#body);
    const [first] = plans;
    if (first === undefined) throw truncated();
    // One frame is the whole of most messages: what the engine made is the plaintext.
    if (first.last) return cipher.open(first, this.#take(first));
    return orWiped(() => void this.#plaintext?.fill(0), () => this.#all(plans));
  }

  #all(first: readonly OpenPlan[]): MaybePromise<Bytes> {
    // Longer than the plaintext by prefixes and tags; no message says how many frames it has.
    this.#plaintext = allocate(this.#body.length);
    // Zeros behind the plaintext: the array's buffer shows a caller what lies there.
    const end = () => (this.#plaintext as Bytes).fill(0, this.#filled).subarray(0, this.#filled);
    for (let plans = first; ; plans = this.#started.opening.plans(this.#body.subarray(this.length))) {
      if (plans.length === 0) throw truncated();
      for (const [index, plan] of plans.entries()) {
        const placed = this.#open(plan);
        if (placed !== undefined) return this.#others(placed, plans.slice(index + 1), plan.last).then(end);
        if (plan.last) return end();
      }
    }
  }

  /** What remains, with an engine that gives promises. */
  async #others(first: Promise<void>, rest: readonly OpenPlan[], wasLast: boolean): Promise<void> {
    const pending: Promise<void>[] = [];
    // One that fails while another is waited for is heard below.
    const track = (placed: Promise<void>) => {
      placed.catch(() => {});
      pending.push(placed);
    };
    track(first);
    try {
      for (let plans = rest, last = wasLast; !last; plans = this.#started.opening.plans(this.#body.subarray(this.length))) {
        if (plans.length === 0 && plans !== rest) throw truncated();
        for (const plan of plans) {
          const placed = this.#open(plan);
          if (placed !== undefined) track(placed);
          last = plan.last;
          if (pending.length >= FRAMES_IN_FLIGHT) await pending.shift();
        }
        if (last) break;
      }
      await Promise.all(pending);
    } finally {
      await Promise.allSettled(pending);
    }
  }

  #open(plan: OpenPlan): Promise<void> | undefined {
    const at = this.#filled;
    const frame = this.#take(plan);
    this.#filled += frame.length - 16;
    const opened = this.#started.cipher.open(plan, frame);
    const into = this.#plaintext as Bytes;
    if (opened instanceof Promise) return opened.then((plaintext) => place([plaintext], into, at));
    place([opened], into, at);
    return undefined;
  }

  /** Ciphertext and tag of the next frame. */
  #take({ prefixLength, totalLength }: OpenPlan): Bytes {
    const end = this.length + totalLength;
    if (end > this.#body.length) throw truncated();
    const frame = this.#body.subarray(this.length + prefixLength, end);
    this.length = end;
    return frame;
  }
}
