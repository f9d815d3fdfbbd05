// SPDX-License-Identifier: Apache-2.0
/** `edgekms seed`: what a KMS begins with, from a file, as often as one likes. */

import { readFile } from "node:fs/promises";

import { operatorReachFor, reachFor } from "../client.js";
import { type Context, leaf } from "../command.js";
import { settingsOf } from "../config/settings.js";
import { list, table } from "../output.js";

interface Options {
  readonly dryRun?: boolean;
  readonly vault?: string;
}

/** `edgekms seed` */
export const seed = leaf<Options>({
  about:
    "Makes the users, groups, roles, policies, keys, aliases and accounts that a file names and that are not there. What is " +
    "there as the file says stays; what is there and otherwise is refused, before anything is changed. A run that ended in " +
    "the middle is finished by the next one. seed.schema.json of the package says what the file can have.\n\n" +
    "The secrets of access keys that are made are told once: give a vault to have them kept in a file of yours. Accounts " +
    "are made with the operator's access key, and later runs look into them with what the vault has.",
  arguments: [{ name: "file", about: "the seed, as JSON", required: true }],
  options: [
    { flags: "--dry-run", about: "say what would be made, and make nothing" },
    { flags: "--vault <file>", about: "where made access keys are kept, with their secrets, for its owner alone (mode 0600)" },
  ],
  examples: [
    { what: "What is missing", line: "edgekms seed seed.json --dry-run" },
    { what: "Make it", line: "edgekms seed seed.json --vault seed-credentials.json" },
  ],
  async run(context, { args: [file = ""], options: { dryRun = false, vault } }) {
    const { applySeed, fileVault, readSeed } = await import("../../seed/index.js");
    const content = readSeed(await readFile(file, "utf8"), file);
    const target = { ...(await targetOf(context)), dryRun, ...(vault !== undefined && { vault: fileVault(vault) }) };
    const report = await applySeed(target, content);
    const { made, there, accessKeys } = report;
    // Those that a vault has are in it, and on nobody's terminal.
    const told = vault === undefined ? accessKeys : accessKeys.map(({ accessKeySecret: _, ...key }) => key);
    const rows = accessKeys.map(({ account, user, accessKeyId, accessKeySecret }) => [
      [account, user ?? "root"].filter(Boolean).join(" / "),
      accessKeyId,
      accessKeySecret === undefined ? "was told when it was made" : (vault ?? accessKeySecret),
    ]);
    await context.output.result(
      { ...report, accessKeys: told },
      table([dryRun ? "TO BE MADE" : "MADE", "IN THE SEED"], made.map(({ what, path }) => [what, path]), "everything was there already"),
      ...(rows.length > 0 ? [table(["WHOSE ACCESS KEY", "ID", "SECRET"], rows, "")] : []),
      list([[dryRun ? "would be made" : "made", made.length], ["there already", there.length]]),
    );
  },
});

/** The KMS of the options, and the operator if one is told apart from the account. */
async function targetOf({ global, signal }: Context) {
  const reach = await reachFor(global);
  const { operator } = await settingsOf(global);
  return { ...reach, signal, ...(operator !== undefined && { operator: (await operatorReachFor(global)).credentials }) };
}
