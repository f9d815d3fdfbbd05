// SPDX-License-Identifier: Apache-2.0
/**
 * The second module as the rest of the package sees it: loaded at its first use, its errors as `EdgekmsError`s. After a
 * trap another instance takes its place, and what was made in the one before is lost: it fails, and {@link isLost}
 * says so to those who can make it anew.
 */

import type { MaybePromise } from "../engine/engine.js";
import { EdgekmsError, toEdgekmsError } from "../errors.js";
import { after } from "../maybe.js";
import { runtime } from "../runtime.js";
import { WASM_FAILED } from "../wasm-trouble.js";
import type { Extra } from "./bindings.js";

type Callable = (...given: unknown[]) => unknown;

let guarded: Extra | undefined;

/** The second module; no promise where it is there already. */
export function extra(): MaybePromise<Extra> {
  return guarded ?? after(runtime().extra(), (found) => (guarded ??= new Guard(found).extra));
}

/** Whether something that was made in the second module went with it. */
export function isLost(made: object): boolean {
  return lost.has(made) && (lost.get(made) as () => boolean)();
}

const lost = new WeakMap<object, () => boolean>();

/** One module, and how often it broke. */
class Guard {
  readonly extra: Extra;
  readonly #found: Extra;
  #instance = 0;
  /** Another instance is due: the present one is not to be called any more. */
  #isBroken = false;

  constructor(found: Extra) {
    this.#found = found;
    const functions: Record<string, Callable> = {};
    for (const [name, it] of Object.entries(found)) {
      if (typeof it === "function") functions[name] = this.#function(it as Callable);
    }
    this.extra = functions as unknown as Extra;
  }

  /** A function of the module, or one of its classes. */
  #function(target: Callable): Callable {
    return new Proxy(target, {
      apply: (_, __, given) => this.#call(() => target(...given)),
      construct: (_, given) => this.#made(this.#call(() => Reflect.construct(target, given) as object)),
    });
  }

  /** An object that lives in the module. */
  #made<T extends object>(object: T): T {
    const instance = this.#instance;
    const isLost = () => instance !== this.#instance;
    const inside = <R>(call: () => R): R => {
      // By the numbers of the instance before, it would reach into another's memory.
      if (isLost()) throw wasmFailed(undefined);
      const value = this.#call(call);
      return isMade(value) ? this.#made(value) : value;
    };
    const made = new Proxy(object, {
      get(target, name) {
        if (name === "free" && isLost()) return () => {};
        const value: unknown = inside(() => Reflect.get(target, name));
        if (typeof value !== "function") return value;
        return (...given: unknown[]) => inside(() => Reflect.apply(value, target, given));
      },
    });
    lost.set(made, isLost);
    return made;
  }

  #call<T>(call: () => T): T {
    if (this.#isBroken) this.#renew();
    try {
      return call();
    } catch (error) {
      const known = toEdgekmsError(error);
      if (known instanceof EdgekmsError) throw known;
      // What is thrown otherwise came out of the middle of a call.
      this.#isBroken = true;
      this.#instance += 1;
      throw wasmFailed(error);
    }
  }

  #renew(): void {
    try {
      new Uint8Array(this.#found.initSync({ module: new Uint8Array() }).memory.buffer).fill(0);
      this.#found.__wbg_reset_state();
    } catch (cause) {
      throw wasmFailed(cause);
    }
    this.#isBroken = false;
  }
}

function wasmFailed(cause: unknown): EdgekmsError {
  return new EdgekmsError("WasmFailed", WASM_FAILED, { cause });
}

/** Whether the binder made it: it has an address in the module. */
function isMade(value: unknown): value is object {
  return typeof value === "object" && value !== null && "__wbg_ptr" in value;
}
