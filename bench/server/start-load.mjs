// SPDX-License-Identifier: Apache-2.0
/** The load process, to be given one task at a time. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { processorMillis } from "../lib/processor-time.mjs";

const LOAD = fileURLToPath(new URL("./load.mjs", import.meta.url));

export function startLoad() {
  const child = fork(LOAD);
  const answer = async () => {
    const [message] = await once(child, "message");
    if (message.error) throw new Error(message.error);
    return message;
  };
  return {
    pid: child.pid,
    /**
     * Does the task, and tells as `cpu` how many milliseconds of processor time each request took in the
     * process `pid`, if one is given.
     */
    async run({ pid, ...task }) {
      child.send(task);
      await answer();
      const before = pid && processorMillis(pid);
      child.send("go");
      const result = await answer();
      return { ...result, cpu: pid && (processorMillis(pid) - before) / result.count };
    },
    stop: async () => {
      child.kill();
    },
  };
}
