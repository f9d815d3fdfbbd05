// SPDX-License-Identifier: Apache-2.0
/** A process of its own for one contender at one job: `node node-turn.mjs NAME JOB`, started by `node-farm.mjs`. */
import { prepareFiles } from "./files.mjs";
import { measure, prepare } from "./work.mjs";

// Nobody waits for the result any more.
process.once("disconnect", () => process.exit());

const [name, text] = process.argv.slice(2);
const job = JSON.parse(text);

/** Of all threads: what the collector or a pool of threads does is work, too. */
async function timed(direction) {
  let began;
  // The warming calls are not counted.
  const run = () => {
    began ??= process.cpuUsage();
    return direction.run();
  };
  const { calls, seconds } = await measure({ warm: direction.warm, run }, job);
  const { user, system } = process.cpuUsage(began);
  return { calls, seconds, cpuSeconds: (user + system) / 1e6 };
}

const contender = await import(`./contenders/${name}.mjs`);
if (contender[job.kind] === undefined) {
  process.send({ missing: true });
} else {
  const work = job.kind === "files" ? await prepareFiles(contender, job.folder) : await prepare(contender, job);
  const result = {};
  for (const direction of job.directions) result[direction] = await timed(await work[direction]());
  await work.stop?.();
  process.send(result);
}
process.disconnect();
