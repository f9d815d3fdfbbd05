// SPDX-License-Identifier: Apache-2.0
/** A file sealed into another. */

import { type FileHandle, open } from "node:fs/promises";

import type { Bytes } from "../bytes.js";
import type { SealPlan } from "../core/sealing.js";
import { type MaybePromise, TAG_LENGTH } from "../engine/engine.js";
import { after } from "../maybe.js";
import type { FileName, WorkOptions } from "../envelope/files.js";
import { type SealJob, type SealedStart, place, start } from "../envelope/seal.js";
import { EdgekmsError } from "../errors.js";
import { onFile, pathOf, writeAside } from "./aside.js";
import { becomes, kindOf } from "./kind.js";
import { type Work, drain, eachFrame, framesOf, pump } from "./pump.js";

/** Bytes of a regular frame and of the last one besides their ciphertext: prefix and tag. */
const REGULAR = 32;
const FINAL = 40;

/** Seals all of `from`; `to` is there when all of it is. */
export async function sealFile(
  job: SealJob,
  from: FileName,
  to: FileName,
  options: WorkOptions,
): Promise<void> {
  const [source, target] = [pathOf(from, "from"), pathOf(to, "to")];
  options.signal?.throwIfAborted();
  const file = await onFile(source, "open", () => open(source, "r"));
  try {
    const { size } = await kindOf(file, source);
    const sealed = async (aside: FileHandle) => {
      const started = await start(job, undefined);
      try {
        started.signer?.update(started.header);
        await drain({ file: aside, path: target }, started.header);
        const blocks = new SealBlocks(started, size);
        await pump({ file, path: source }, { file: aside, path: target }, blocks, options);
      } finally {
        started.sealing.free();
        started.signer?.free();
      }
    };
    await writeAside(target, sealed, await becomes(file, source, options));
  } finally {
    await file.close();
  }
}

/** Blocks of whole frames, each sealed into one piece of output. */
class SealBlocks implements Work {
  readonly blockLength: number;
  readonly outputLength: number;
  readonly #started: SealedStart;

  constructor(started: SealedStart, size: number | undefined) {
    const { frameLength, signer } = started;
    const whole = framesOf(frameLength) * frameLength;
    // A file that is shorter than a block needs no more than itself, and one byte to see its end.
    this.blockLength = Math.min(whole, (size ?? whole) + 1);
    const frames = Math.ceil(this.blockLength / frameLength);
    this.outputLength = this.blockLength + frames * REGULAR + FINAL + (signer?.footerLength ?? 0);
    this.#started = started;
  }

  block(input: Bytes, out: Bytes, last: boolean): MaybePromise<number> {
    const { frameLength, sealing, signer } = this.#started;
    const full = Math.floor(input.length / frameLength);
    const rest = input.subarray(full * frameLength);
    if (!last && rest.length > 0) {
      throw new EdgekmsError("SourceChanged", "the file became longer while it was read");
    }
    const plans: SealPlan[] = [];
    while (plans.length < full) plans.push(...sealing.plans(frameLength, full - plans.length, false));
    if (last) plans.push(...sealing.plans(rest.length, 1, true));
    let at = 0;
    const sealed = eachFrame(plans, (plan, index) => {
      const plaintext = input.subarray(index * frameLength, (index + 1) * frameLength);
      const start = at + plan.prefix.length;
      out.set(plan.prefix, at);
      at = start + plaintext.length + TAG_LENGTH;
      return after(this.#started.cipher.seal(plan, plaintext), (pieces) => place(pieces, out, start));
    });
    return after(sealed, () => {
      if (signer === undefined) return at;
      signer.update(out.subarray(0, at));
      if (!last) return at;
      const footer = signer.finish();
      out.set(footer, at);
      return at + footer.length;
    });
  }
}
