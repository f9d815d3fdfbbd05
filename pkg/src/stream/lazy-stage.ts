// SPDX-License-Identifier: Apache-2.0
import type { Bytes } from "../bytes.js";
import type { MaybePromise } from "../engine/engine.js";
import type { Emit, Fail, Stage } from "./duplex.js";

/** A stage that is loaded when its streams begin: a page that never streams does not download it. */
export class LazyStage implements Stage {
  readonly #load: () => Promise<Stage>;
  readonly #onEnd: ((error: unknown) => void) | undefined;
  #stage: Stage | undefined;
  #over: { error: unknown } | undefined;

  /** `onEnd` is told when the streams are over, and of what went wrong, whether the stage had come or not. */
  constructor(load: () => Promise<Stage>, onEnd?: (error: unknown) => void) {
    this.#load = load;
    this.#onEnd = onEnd;
  }

  async start(emit: Emit, fail: Fail): Promise<void> {
    const stage = await this.#load();
    this.#stage = stage;
    if (this.#over !== undefined) return stage.dispose(this.#over.error);
    await stage.start?.(emit, fail);
  }

  write(chunk: Bytes, emit: Emit, fail: Fail): MaybePromise<void> {
    return this.#stage?.write(chunk, emit, fail);
  }

  close(emit: Emit): MaybePromise<void> {
    return this.#stage?.close(emit);
  }

  dispose(error?: unknown): void {
    if (this.#over !== undefined) return;
    this.#over = { error };
    this.#stage?.dispose(error);
    this.#onEnd?.(error);
  }
}
