// SPDX-License-Identifier: Apache-2.0
/** Parts of the package that a program downloads when it first uses them. */

import type { MaybePromise } from "./engine/engine.js";
import { EdgekmsError } from "./errors.js";

/**
 * What the import gives. Asked anew each time, since runtimes remember modules, and a page that lost its
 * network for a moment can try again.
 *
 * @throws EdgekmsError `PartUnavailable`.
 */
export async function part<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const text =
      "a file of the package could not be loaded; is this program one that was deployed over, or offline? A service worker needs edgekms/all";
    throw new EdgekmsError("PartUnavailable", text, { cause });
  }
}

/** The same, without a promise once it is there. */
export function lazily<T>(load: () => Promise<T>): () => MaybePromise<T> {
  let loaded: { value: T } | undefined;
  return () => {
    if (loaded !== undefined) return loaded.value;
    return part(load).then((value) => (loaded = { value }).value);
  };
}
