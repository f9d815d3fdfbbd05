// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys restore` */

import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { alibaba } from "../../alibaba.js";
import { operatorFor } from "../../client.js";
import { leaf } from "../../command.js";
import { CliError } from "../../exit.js";
import type { KmsClient, RestoreKeyringAnswer } from "../../../entrypoints/node.js";
import { onFile } from "../../../files/aside.js";
import { counted } from "../../numbers.js";
import { saying } from "../../output.js";

/** How often it is asked how far the service has got. */
const ASKED_EVERY_MILLIS = 1_000;

/** The group's `restore`. */
export const restore = leaf({
  about:
    "Into a region that has no key, of the same account, of a deployment with the same BACKUP_KEY. Takes the operator's " +
    "access key. Until it is done, the region answers nothing else. Interrupted, the same line goes on. Asks before.",
  arguments: [{ name: "file", about: "what `edgekms keys backup` wrote", required: true }],
  examples: [{ what: "A drill, into a test deployment", line: "edgekms keys restore keys.edgekms --endpoint https://kms-drill.example.com" }],
  async run(context, { args: [file = ""] }) {
    const { output, prompt, signal } = context;
    const parts = await partsOf(file);
    const kms = await operatorFor(context.global);
    const region = context.global.region ?? "the default region";
    await prompt.confirm(`Restore ${file} into ${region}? Until it is done the region answers nothing else.`);
    await send(kms, parts, signal);
    let told = await kms.restoreKeyring({}, { signal });
    while (told.status !== "Done") {
      output.detail(`restored ${told.partsRestored} of ${told.partsTaken} parts`);
      await sleep(ASKED_EVERY_MILLIS, undefined, { signal });
      told = await kms.restoreKeyring({}, { signal });
    }
    await output.result(alibaba(told), saying(`${file} is restored, ${counted(told.partsRestored, "part")} in all`));
  },
});

async function partsOf(file: string): Promise<string[]> {
  const held = await onFile(file, "read", () => readFile(file, "latin1"));
  const parts = held.split(/\r?\n/).filter((line) => line !== "");
  if (parts.length > 0 && parts.every((part) => /^[A-Za-z\d+/]+={0,2}$/.test(part))) return parts;
  throw new CliError("notAuthentic", `${file} is no backup`, "`edgekms keys backup` writes one.");
}

/** Sends what is not taken yet. Nothing is restored before the last part was taken. */
async function send(kms: KmsClient, parts: readonly string[], signal: AbortSignal): Promise<void> {
  const take = (part: string) => kms.restoreKeyring({ part }, { signal });
  const from = await begun(kms, parts, take);
  for (const part of parts.slice(from)) await take(part);
}

/** How many parts of this very file it has: one that it has may be sent again, and no part of another file. */
async function begun(
  kms: KmsClient,
  parts: readonly string[],
  take: (part: string) => Promise<RestoreKeyringAnswer>,
): Promise<number> {
  const { status, partsTaken } = await kms.restoreKeyring({});
  if (status === "Restoring") return parts.length;
  const last = parts[partsTaken - 1];
  if (status !== "Taking" || last === undefined) return 0;
  return take(last).then(() => partsTaken, () => 0);
}
