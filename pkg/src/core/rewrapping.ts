// SPDX-License-Identifier: Apache-2.0
/** A header that is made anew, inside the core: the old one's data key is wrapped again. */

import type { Bytes } from "../bytes.js";
import type { SealMaterials } from "../keyring/materials.js";
import type { Core } from "./core.js";
import type { Opening } from "./opening.js";
import { Draft, limitOf } from "./sealing.js";

/** What keyrings fill; it is kept with the opening, who frees it. */
export class Rewrapping extends Draft implements SealMaterials {
  readonly #core: Core;

  /** Checks a prepared header with the data key that a keyring found. */
  constructor(core: Core, opening: Opening) {
    super(core, opening.kept, opening.keyLength);
    core.checked(core.flat.rewrap_begin(opening.slot));
    this.#core = core;
  }

  /** The new header, with those of the old encrypted data keys that stay. `limit`: most of all of them. */
  header(stays: readonly boolean[], limit: number | undefined): Bytes {
    const core = this.#core;
    core.random();
    core.give(Uint8Array.from(stays, Number));
    return core.result(core.checked(core.flat.rewrap_header(this.slot, stays.length, limitOf(limit))));
  }
}
