// SPDX-License-Identifier: Apache-2.0
/** A deployment's folder: Wrangler's configuration, the worker, and how far it has got. It may be put under version control. */

import { copyFile, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";

import type { Deployable } from "../../companion.js";
import { onFile, writeAside } from "../../files/aside.js";
import { makeFolder } from "../../files/folder.js";
import { usage } from "../exit.js";
import type { WranglerConfig } from "./config.js";

const CONFIG = "wrangler.json";
const STATE = "deployment.json";
const WORKER = "worker";
/** What must not get into version control, should it lie here. */
const IGNORED = "edgekms-recovery*.json\n.wrangler/\n";

/** How far a deployment has got. */
export interface State {
  /** Where its secrets are kept on this machine, until somebody moves them. */
  readonly recoveryFile: string;
  /** When they were first sent to Cloudflare, which had none; whether they arrived, nobody may have heard. */
  readonly sending?: string;
  /** When Cloudflare had them; they are sent no more. */
  readonly secretsSent?: string;
}

/** The folder. */
export class Folder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get config(): string {
    return join(this.path, CONFIG);
  }

  /** The configuration that is there, which Wrangler and people change too. */
  async held(): Promise<WranglerConfig | undefined> {
    return this.#json<WranglerConfig>(CONFIG);
  }

  async state(): Promise<State | undefined> {
    const state = await this.#json<State>(STATE);
    return state && { ...state, recoveryFile: resolve(this.path, state.recoveryFile) };
  }

  /** Puts the worker there, and what Cloudflare is told of it. Gives nothing secret away. */
  async write(config: WranglerConfig, { folder, files }: Deployable): Promise<void> {
    for (const file of files) {
      const to = join(this.path, WORKER, file);
      await onFile(to, "write", async () => {
        await makeFolder(dirname(to));
        await copyFile(join(folder, file), to);
      });
    }
    await writeAside(this.config, (to) => to.writeFile(`${JSON.stringify(config, undefined, 2)}\n`));
    const ignored = join(this.path, ".gitignore");
    await writeFile(ignored, IGNORED, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }

  /** The main module as the configuration names it. */
  mainOf({ files }: Deployable): string {
    return [WORKER, ...(files[0] ?? "").split("\\")].join("/");
  }

  async setState(state: State): Promise<void> {
    // As seen from here: whoever else has the folder has another path to it.
    const told = { ...state, recoveryFile: relative(this.path, state.recoveryFile) };
    await writeAside(join(this.path, STATE), (to) => to.writeFile(`${JSON.stringify(told, undefined, 2)}\n`));
  }

  async #json<T>(name: string): Promise<T | undefined> {
    const path = join(this.path, name);
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      return onFile(path, "read", () => Promise.reject(error));
    });
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw usage(`${path} is not JSON`, "Mend it, or put back what it was.");
    }
  }
}
