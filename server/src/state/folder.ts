// SPDX-License-Identifier: Apache-2.0
/** The state folder, for as long as a server has it. */

import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { ServerError } from "../errors.js";
import { endLeftover, type Holder, markOf, removeHolder, writeHolder } from "./holder.js";
import { lockFolder } from "./lock.js";

/** A state folder that nobody else has. */
export class StateFolder {
  readonly path: string;
  readonly #release: () => void;
  #holder: Holder = { pid: process.pid };

  private constructor(path: string, release: () => void) {
    this.path = path;
    this.#release = release;
  }

  /**
   * Makes the folder if it is not there, and takes it.
   *
   * @throws ServerError `StateInUse`, `StateUnusable`.
   */
  static async open(folder: string): Promise<StateFolder> {
    const path = resolve(folder);
    makeFolder(path);
    const release = lockFolder(path);
    try {
      await endLeftover(path);
      const state = new StateFolder(path, release);
      writeHolder(path, state.#holder);
      return state;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** From now on a successor ends this process, if it is still there. */
  runsOn(workerd: number): void {
    this.#holder = { ...this.#holder, workerd: { pid: workerd, mark: markOf(workerd) } };
    writeHolder(this.path, this.#holder);
  }

  answersAt(address: string): void {
    this.#holder = { ...this.#holder, address };
    writeHolder(this.path, this.#holder);
  }

  /** To be called once nothing uses the folder any more. */
  close(): void {
    removeHolder(this.path);
    this.#release();
  }
}

function makeFolder(path: string): void {
  try {
    const isNew = !existsSync(path);
    makeWithThoseAbove(path);
    // It has root keys: no repository is to take it.
    if (isNew) writeFileSync(join(path, ".gitignore"), "*\n");
  } catch (cause) {
    throw new ServerError("StateUnusable", `the state folder ${path} cannot be made: ${(cause as Error).message}`, cause);
  }
}

/** Node's own `recursive` tries for ever where the file system says that there is no such folder, as /proc does. */
function makeWithThoseAbove(path: string): void {
  try {
    makeOne(path);
  } catch (cause) {
    const above = dirname(path);
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT" || above === path) throw cause;
    makeWithThoseAbove(above);
    makeOne(path);
  }
}

/** Another server may make it at the same time. */
function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST" && statSync(path).isDirectory();
    if (!isThere) throw cause;
  }
}
