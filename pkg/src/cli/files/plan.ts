// SPDX-License-Identifier: Apache-2.0
/**
 * What is read and what is written, decided before anything is: so that a wrong line changes nothing, and the progress
 * bar knows the end.
 *
 * | given | without `--out` | with `--out` |
 * |---|---|---|
 * | `-`, or nothing on a pipe | standard output | that file |
 * | a file | beside it | that file, or in that folder if it is one or ends in `/` |
 * | several files | beside each | in that folder |
 * | a folder | refused | in that folder, as they lie in the one that was given |
 */

import { type Stats } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";

import { CliError, usage } from "../exit.js";
import { STANDARD, fileTrouble } from "./places.js";
import { type Skipped, walk } from "./walk.js";

/** One thing to do. */
export interface Job {
  readonly from: string;
  readonly to: string;
  /** Bytes of `from`, and its permissions; a pipe does not say. */
  readonly size?: number;
  readonly mode?: number;
}

/** All that is to do. */
export interface Plan {
  readonly jobs: readonly Job[];
  /** Folders that must be there first, each before those in it. */
  readonly folders: readonly { readonly path: string; readonly mode?: number }[];
  readonly skipped: readonly Skipped[];
}

/** How a command names what it writes. */
export interface Naming {
  /** The name of what is made of a file of this name. */
  of(name: string): string;
  /** What is written without `--out` is the file itself. */
  readonly inPlace?: boolean;
}

/** What was asked for. */
export interface Asked {
  readonly args: readonly string[];
  readonly out?: string | undefined;
  readonly force: boolean;
  /** Targets that are there are each a failure of their own. */
  readonly keepGoing: boolean;
}

/** Decides. Throws where the line cannot be meant, or something is in the way; nothing is written before. */
export async function planOf(asked: Asked, naming: Naming, signal: AbortSignal): Promise<Plan> {
  const sources = sourcesOf(asked.args);
  const found = await Promise.all(sources.map(async (path) => ({ path, kind: await kindOf(path) })));
  const isOne = found.length === 1;
  const inside = isOne && !found[0]?.kind?.isDirectory() ? await isFolder(asked.out) : true;
  const plan = { jobs: [] as Job[], folders: [] as { path: string; mode?: number }[], skipped: [] as Skipped[] };
  const { out } = asked;
  if (out === STANDARD && (!isOne || found[0]?.kind?.isDirectory())) throw usage("standard output takes one file", "Name a folder with --out.");
  for (const { path, kind } of found) {
    if (kind?.isDirectory()) await addFolder(plan, path, out, naming, signal);
    else plan.jobs.push({ from: path, to: targetOf(path, kind, out, inside, naming), ...(kind?.isFile() && { size: kind.size, mode: kind.mode & 0o777 }) });
  }
  // After those of folders, which know their permissions.
  if (out !== undefined && inside) plan.folders.push({ path: out });
  if (!(naming.inPlace === true && out === undefined)) await checkTargets(plan.jobs, asked);
  return plan;
}

function sourcesOf(args: readonly string[]): readonly string[] {
  if (args.length === 0) {
    if (process.stdin.isTTY) throw usage("no file was given", "Name one, or give - for what you type.");
    return [STANDARD];
  }
  if (args.includes(STANDARD) && args.length > 1) throw usage("standard input goes alone", "Give - by itself.");
  const twice = args.find((one, index) => args.indexOf(one) !== index);
  if (twice !== undefined) throw usage(`${twice} was given twice`);
  if (args.includes("")) throw usage("a path is empty");
  return args;
}

/** Links that are named are followed: whoever names one means what it leads to. */
async function kindOf(path: string): Promise<Stats | undefined> {
  return path === STANDARD ? undefined : stat(path).catch((cause: unknown) => fileTrouble("open", path, cause));
}

async function isFolder(out: string | undefined): Promise<boolean> {
  if (out === undefined || out === STANDARD) return false;
  if (out.endsWith("/") || out.endsWith(sep)) return true;
  return stat(out).then((found) => found.isDirectory(), () => false);
}

function targetOf(path: string, kind: Stats | undefined, out: string | undefined, inside: boolean, naming: Naming): string {
  if (out !== undefined && !inside) return out;
  if (path === STANDARD) {
    if (out === undefined) return STANDARD;
    throw usage("standard input has no name", "Name the file with --out, not its folder.");
  }
  if (out !== undefined) return join(out, naming.of(basename(path)));
  if (!kind?.isFile()) throw usage(`${path} is no file, so nothing can be beside it`, "Name the file with --out.");
  return naming.inPlace === true ? path : join(dirname(path), naming.of(basename(path)));
}

async function addFolder(
  plan: { jobs: Job[]; folders: { path: string; mode?: number }[]; skipped: Skipped[] },
  path: string,
  out: string | undefined,
  naming: Naming,
  signal: AbortSignal,
): Promise<void> {
  if (out === undefined && naming.inPlace !== true) throw usage(`${path} is a folder`, "Name another with --out, in which all of it will be.");
  const root = out ?? path;
  if (out !== undefined) await refuseInside(path, out);
  const tree = await walk(path, signal);
  if (out !== undefined) plan.folders.push(...tree.folders.map((one) => ({ path: join(root, one.path), mode: one.mode })));
  plan.skipped.push(...tree.skipped);
  for (const { path: inner, size, mode } of tree.files) {
    const name = out === undefined ? inner : join(dirname(inner), naming.of(basename(inner)));
    plan.jobs.push({ from: join(path, inner), to: join(root, name), size, mode });
  }
}

/** What is written would be read, now or the next time. */
async function refuseInside(folder: string, out: string): Promise<void> {
  const [from, to] = [await realpath(folder), await realOf(resolve(out))];
  if (to === from || to.startsWith(from.endsWith(sep) ? from : from + sep)) {
    throw usage(`${out} lies in ${folder}, which is read`, "Name a folder outside it with --out.");
  }
}

/** The same of what is not there yet. */
async function realOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined || dirname(path) === path) return real ?? path;
  return join(await realOf(dirname(path)), basename(path));
}

async function checkTargets(jobs: readonly Job[], { force, keepGoing }: Asked): Promise<void> {
  const by = new Map<string, string>();
  const read = new Set(jobs.map(({ from }) => resolve(from)));
  for (const { from, to } of jobs) {
    if (to === STANDARD) continue;
    const path = resolve(to);
    const other = by.get(path);
    if (other !== undefined) throw usage(`${other} and ${from} would both become ${to}`, "Write them to different folders.");
    by.set(path, from);
    if (read.has(path) && path !== resolve(from)) throw usage(`${to} would be written while it is read`, "Leave it out, or write to another folder.");
  }
  if (force || keepGoing) return;
  const taken = [];
  for (const { to } of jobs) {
    if (to !== STANDARD && (await lstat(to).then(() => true, () => false))) taken.push(to);
  }
  const [first] = taken;
  if (first === undefined) return;
  const more = taken.length > 1 ? `, and ${taken.length - 1} more` : "";
  throw new CliError("conflict", `${first} is there already${more}`, "--force replaces it, --out writes elsewhere. Nothing was done.");
}
