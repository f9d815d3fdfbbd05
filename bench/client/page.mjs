// SPDX-License-Identifier: Apache-2.0
/** The page of one contender; `chromium.mjs` calls these functions, one after another. */
import { turn } from "../lib/measure.mjs";
import { prepare } from "./work.mjs";

/** @param {import("./work.mjs").Contender} contender */
export function serve(contender) {
  let work;
  let direction;
  globalThis.bench = {
    /** @returns {Promise<boolean>} whether it can do that at all. */
    async prepare(job) {
      if (contender[job.kind] === undefined) return false;
      work = await prepare(contender, job);
      return true;
    },
    async warm(name, { warmMs }) {
      direction = await work[name]();
      await turn(direction.warm, warmMs);
    },
    run: ({ sliceMs }) => turn(direction.run, sliceMs),
  };
}
