// SPDX-License-Identifier: Apache-2.0
/** All jobs of a plan: several at once, with one bar, until all are done or the first that fails. */

import { chmod, rmdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { makeFolder } from "../../files/folder.js";
import type { Context } from "../command.js";
import { CliError, type ExitName } from "../exit.js";
import { report, told } from "../failure.js";
import type { Job, Plan } from "./plan.js";
import { fileTrouble } from "./places.js";
import { type Progress, progressOf } from "./progress.js";

/** Files that are worked on at once: most of the time of a small one is the key service's answer. */
const AT_ONCE = 4;

/** What a job is given. */
export interface JobScope {
  readonly signal: AbortSignal;
  /** Called with the bytes read so far, as the package's `onProgress` is. */
  readonly onProgress: (state: { bytesProcessed: number }) => void;
}

/** How jobs are done, and told of. */
export interface Doing<T> {
  /** The command's name, for errors. */
  readonly name: string;
  readonly keepGoing: boolean;
  work(job: Job, scope: JobScope): Promise<T>;
  /** Tells of those that were done, in the plan's order; also if others failed. */
  tell(done: readonly T[]): Promise<void>;
}

/** Does all jobs. Throws what the one that failed, or all together, failed with. */
export async function runAll<T>(
  { jobs, folders }: Plan,
  { name, keepGoing, work, tell }: Doing<T>,
  context: Context,
): Promise<void> {
  const made = await makeFolders(folders);
  const total = jobs.reduce<number | undefined>((sum, { size }) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
  const progress = await progressOf(context.output, total, jobs.length);
  const stop = new AbortController();
  const onAbort = () => stop.abort(context.signal.reason);
  context.signal.addEventListener("abort", onAbort);
  const results = new Map<Job, T>();
  const failures: { job: Job; error: unknown }[] = [];
  const queue = jobs.values();
  const worker = async () => {
    for (const job of queue) {
      if (stop.signal.aborted) return;
      try {
        results.set(job, await work(job, scopeOf(stop.signal, progress)));
      } catch (error) {
        if (stop.signal.aborted) return;
        failures.push({ job, error });
        if (!keepGoing) return stop.abort(error);
        if (jobs.length > 1) report(error, context.output, `edgekms ${name}: ${job.from}`);
      }
      progress.done();
    }
  };
  try {
    context.signal.throwIfAborted();
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, jobs.length) }, worker));
  } finally {
    progress.stop();
    context.signal.removeEventListener("abort", onAbort);
    if (results.size < jobs.length) await removeEmpty(made);
  }
  context.signal.throwIfAborted();
  const done = jobs.filter((job) => results.has(job)).map((job) => results.get(job) as T);
  if (done.length > 0 || failures.length === 0) await tell(done);
  if (failures.length > 0) throw failureOf(failures, jobs.length, results.size, keepGoing);
}

function scopeOf(signal: AbortSignal, progress: Progress): JobScope {
  let before = 0;
  return {
    signal,
    onProgress({ bytesProcessed }) {
      progress.add(bytesProcessed - before);
      before = bytesProcessed;
    },
  };
}

/** One failure is told as it is; of many, how many they are. */
function failureOf(failures: readonly { job: Job; error: unknown }[], all: number, done: number, keepGoing: boolean): unknown {
  const [first] = failures;
  if (all === 1 || first === undefined) return first?.error;
  if (!keepGoing) {
    const { exit, what, remedy } = told(first.error);
    const state = done === 0 ? "nothing was done" : `${done} of ${all} files were done`;
    const named = what.includes(first.job.from) ? what : `${first.job.from}: ${what}`;
    return new CliError(exit, `${named}; ${state}`, remedy, { cause: first.error });
  }
  const exits = new Set<ExitName>(failures.map(({ error }) => told(error).exit));
  const [only] = exits;
  const exit = exits.size === 1 && done === 0 && only !== undefined ? only : "partly";
  return new CliError(exit, `${failures.length} of ${all} files failed`, "A line for each says why.");
}

/** A folder that was made, and the uppermost of those above it that had to be made for it. */
interface Made {
  readonly path: string;
  readonly first: string;
}

/** Makes what is not there. */
async function makeFolders(folders: Plan["folders"]): Promise<Made[]> {
  const made: Made[] = [];
  for (const { path, mode } of folders) {
    const first = await makeFolder(path).catch((cause: unknown) => fileTrouble("make the folder", path, cause));
    if (first === undefined) continue;
    made.push({ path: resolve(path), first });
    // Whoever may not look into the one must not look into the other; its owner must be able to write there.
    if (mode !== undefined) await chmod(path, mode | 0o700).catch(() => {});
  }
  return made;
}

/** Removes folders in which nothing came to be; those in which something did are not empty, and stay. */
async function removeEmpty(made: readonly Made[]): Promise<void> {
  for (const { path, first } of [...made].reverse()) {
    for (let at = path; ; at = dirname(at)) {
      const isGone = await rmdir(at).then(() => true, () => false);
      if (!isGone || at === first) break;
    }
  }
}
