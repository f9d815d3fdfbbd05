// SPDX-License-Identifier: Apache-2.0
/** `edgekms audit lookup` */

import { accountOf } from "../../account.js";
import { leaf } from "../../command.js";
import { usage } from "../../exit.js";
import { keyIdOf } from "../../keys.js";
import { moment, seconds, wholeNumber } from "../../numbers.js";
import { table } from "../../output.js";
import { cellsOf, type Condition, type Event, HEAD, pagesOf } from "./events.js";

const DEFAULT_MOST = 100;

interface Options {
  readonly event?: string;
  readonly user?: string;
  readonly key?: string;
  readonly resource?: string;
  readonly accessKey?: string;
  readonly reads?: boolean;
  readonly writes?: boolean;
  readonly from?: Date;
  readonly until?: Date;
  readonly oldest?: boolean;
  readonly most?: number;
}

/** The group's `lookup`. */
export const lookup = leaf<Options>({
  about: "Of this region and, as they are of no region, of users, roles and sessions. Takes one condition besides the times.",
  options: [
    { flags: "--event <action>", about: "only of this action, such as Decrypt" },
    { flags: "--user <name>", about: "only by this user" },
    { flags: "--key <key>", about: "only of this key" },
    { flags: "--resource <name>", about: "only of what has this name" },
    { flags: "--access-key <id>", about: "only what was signed with this access key" },
    { flags: "--reads", about: "only what changed nothing" },
    { flags: "--writes", about: "only changes" },
    { flags: "--from <time>", about: "since then: a time, or how long ago, such as 2h (default 7d)", parse: moment("--from") },
    { flags: "--until <time>", about: "until then (default now)", parse: moment("--until") },
    { flags: "--oldest", about: "the oldest first (default the newest)" },
    { flags: "--most <number>", about: `how many at the most (default ${DEFAULT_MOST})`, parse: wholeNumber("--most", 1, 1_000_000) },
  ],
  examples: [
    { what: "Who used a key today", line: "edgekms audit lookup --key alias/photos --from 24h" },
    { what: "All changes of November, for a program", line: "edgekms audit lookup --writes --from 2026-11-01 --until 2026-12-01 --most 100000 --json" },
  ],
  async run(context, { options }) {
    const condition = await conditionOf(options, async (key) => keyIdOf(await context.kms(), key));
    const { from, until, oldest = false, most = DEFAULT_MOST } = options;
    const call = await accountOf(context);
    const question = { condition, from: from && seconds(from), until: until && seconds(until), forward: oldest };
    const found: Event[] = [];
    for await (const { Events } of pagesOf(call, question)) {
      found.push(...Events);
      if (found.length >= most) break;
    }
    const events = found.slice(0, most);
    if (found.length >= most) context.output.note(`there may be more: --most ${most * 10} shows them`);
    await context.output.result({ Events: events }, table(HEAD, events.map(cellsOf), "there are no such events"));
  },
});

async function conditionOf(options: Options, idOf: (key: string) => Promise<string>): Promise<Condition | undefined> {
  const { event, user, key, resource, accessKey, reads, writes } = options;
  const given = [
    ["EventName", event],
    ["User", user],
    ["ResourceName", key === undefined ? undefined : () => idOf(key)],
    ["ResourceName", resource],
    ["EventAccessKeyId", accessKey],
    ["EventRW", reads ? "Read" : undefined],
    ["EventRW", writes ? "Write" : undefined],
  ] as const;
  const [first, ...others] = given.filter(([, value]) => value !== undefined);
  if (others.length > 0) throw usage("the service looks for one condition", "Give one, and filter its --json for the others.");
  if (first === undefined) return undefined;
  const [name, value] = first;
  return { key: name, value: typeof value === "function" ? await value() : (value as string) };
}
