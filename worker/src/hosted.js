// SPDX-License-Identifier: Apache-2.0
// A Rust object as the platform's: the platform calls methods only of classes that extend its own.

import { DurableObject } from "cloudflare:workers";

/** The class whose objects are those of `Built`, for messages and for the alarm. */
export const hosted = (Built) =>
  class extends DurableObject {
    #built;
    constructor(state, env) {
      super(state, env);
      this.#built = new Built(state, env);
    }
    receive(message) {
      return this.#built.receive(message);
    }
    alarm() {
      return this.#built.alarm();
    }
  };
