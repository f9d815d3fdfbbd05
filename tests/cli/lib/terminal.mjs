// SPDX-License-Identifier: Apache-2.0

/** The built command line in a pseudo-terminal, as a person has it. */

import { after } from "node:test";
import { spawn } from "@lydell/node-pty";
import { environment, MAIN } from "./cli.mjs";

const WITHIN_MS = 30_000;
const ENDS_WITHIN_MS = 120_000;

const running = new Set();
/** What a test that failed left would keep the runner waiting. */
after(() => running.forEach((child) => child.kill("SIGKILL")));

/**
 * Starts it.
 *
 * @param {string[]} args
 * @param {{ cwd: string, env?: Record<string, string>, program?: string[], columns?: number }} options
 */
export function terminal(args, { cwd, env = {}, program = [process.execPath, MAIN], columns = 100 }) {
  const [file, ...first] = program;
  const child = spawn(file, [...first, ...args], { name: env.TERM ?? "xterm-256color", cols: columns, rows: 30, cwd, env: environment(cwd, env) });
  running.add(child);
  let text = "";
  let seen = 0;
  const waiting = new Set();
  const tell = () => {
    for (const look of waiting) look();
  };
  let code;
  const exit = new Promise((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      code = signal ? 128 + signal : exitCode;
      running.delete(child);
      tell();
      resolve(code);
    });
  });
  child.onData((more) => {
    text += more;
    tell();
  });
  return {
    /** All that was shown, with its control sequences. */
    shown: () => text,
    /** Waits until something new is shown that fits. */
    until(pattern) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => end(new Error(`not shown: ${pattern}; but:\n${text}`)), WITHIN_MS);
        const end = (error) => {
          clearTimeout(timer);
          waiting.delete(look);
          if (error) reject(error);
          else resolve();
        };
        const look = () => {
          const found = pattern.exec(text.slice(seen));
          if (found) {
            seen += found.index + found[0].length;
            end();
          } else if (code !== undefined) end(new Error(`ended with ${code} before ${pattern}:\n${text}`));
        };
        waiting.add(look);
        look();
      });
    },
    type: (keys) => child.write(keys),
    kill: () => child.kill("SIGKILL"),
    /** The code that it ends with. What asks for something that nobody types would never end: that is an error. */
    get exit() {
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`did not end; but showed:\n${text}`)), ENDS_WITHIN_MS);
        void exit.then(resolve).finally(() => clearTimeout(late));
      });
    },
  };
}

/** The lines as they were before each was written over, without what moves cursors and sets colours. */
export function lines(text) {
  const returns = text.replaceAll(/\u001b\[1?G/g, "\r");
  return returns.replaceAll(/\u001b(\[[0-9;?]*[A-Za-z]|[78=>])/g, "").split(/[\r\n]+/).filter(Boolean);
}

/** All of it as one text. */
export function plain(text) {
  return lines(text).join("\n");
}
