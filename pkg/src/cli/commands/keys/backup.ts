// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys backup` */

import { open, readFile, unlink } from "node:fs/promises";

import { alibaba } from "../../alibaba.js";
import { operatorFor } from "../../client.js";
import { leaf } from "../../command.js";
import { CliError } from "../../exit.js";
import type { BackupKeyringAnswer, KmsClient } from "../../../entrypoints/node.js";
import { counted } from "../../numbers.js";
import { saying } from "../../output.js";
import { onFile, refuseTaken } from "../../../files/aside.js";
import { writePrivate } from "../../../files/private.js";

/** What one call told, a line of the file that is being made. */
type Page = Pick<BackupKeyringAnswer, "parts" | "skipped" | "nextMarker">;

/** The group's `backup`. */
export const backup = leaf<{ force?: boolean; restart?: boolean }>({
  about:
    "All of the account in this region: keys with their material, aliases, tags, policies. Takes the operator's access " +
    "key, and a deployment with BACKUP_KEY, under which the file is encrypted: keep both, and apart. The file is " +
    "readable by you alone, and there whole or not at all. Interrupted, the same line goes on within a day.",
  arguments: [{ name: "file", about: "what to write", required: true }],
  options: [
    { flags: "--force", about: "replace a file that is there" },
    { flags: "--restart", about: "begin anew, and not where a run was interrupted" },
  ],
  examples: [{ what: "Every night", line: "edgekms keys backup keys-$(date +%F).edgekms" }],
  async run(context, { args: [file = ""], options }) {
    const { output, signal } = context;
    if (!options.force) await refuseTaken(file);
    const kms = await operatorFor(context.global);
    const partial = `${file}.partial`;
    const pages = options.restart ? [] : await begun(partial);
    if (pages.length > 0) output.note(`goes on after ${counted(pages.length, "part")} in ${partial}; --restart begins anew`);
    await fetchAll(kms, partial, pages, signal);
    const parts = pages.flatMap((page) => page.parts.map(({ part }) => part));
    const skipped = pages.flatMap((page) => page.skipped);
    await writePrivate(file, parts.join("\n"), { replace: options.force === true });
    await unlink(partial);
    for (const { keyId, keyVersionId } of skipped) {
      output.warn(`left out, as its material cannot be had: version ${keyVersionId} of ${keyId}`);
    }
    const data = { File: file, Parts: parts.length, Skipped: alibaba(skipped) };
    await output.result(data, saying(`${file} is the backup, in ${counted(parts.length, "part")}. It opens with BACKUP_KEY alone.`));
  },
});

/** What an interrupted run has got to; a line that it did not end is none. */
async function begun(partial: string): Promise<Page[]> {
  const held = await readFile(partial, "utf8").catch(() => "");
  const lines = held.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Page);
}

/** Asks until nothing is left. Each answer is on the disk before the next is asked for. */
async function fetchAll(kms: KmsClient, partial: string, pages: Page[], signal: AbortSignal): Promise<void> {
  const file = await onFile(partial, "write", () => open(partial, "w", 0o600));
  const keep = (page: Page) => onFile(partial, "write", async () => {
    await file.appendFile(`${JSON.stringify(page)}\n`);
    await file.sync();
  });
  try {
    for (const page of pages) await keep(page);
    for (let last = pages.at(-1); last === undefined || last.nextMarker !== undefined; last = pages.at(-1)) {
      const page = await next(kms, partial, last?.nextMarker, signal);
      await keep(page);
      pages.push(page);
    }
  } finally {
    await file.close();
    if (pages.length === 0) await unlink(partial);
  }
}

async function next(kms: KmsClient, partial: string, marker: string | undefined, signal: AbortSignal): Promise<Page> {
  try {
    const { parts, skipped, nextMarker } = await kms.backupKeyring(marker === undefined ? {} : { marker }, { signal });
    return { parts, skipped, ...(nextMarker !== undefined && { nextMarker }) };
  } catch (cause) {
    throw marker === undefined ? cause : stale(cause, partial);
  }
}

/** Too much has changed since the backup began, or it began too long ago, or elsewhere. */
function stale(cause: unknown, partial: string): unknown {
  const { code } = cause as { code?: string };
  if (code !== "Rejected.StateModifiedFailed" && code !== "InvalidParameter") return cause;
  return new CliError("conflict", `the backup in ${partial} cannot go on (${code})`, "--restart begins it anew.", { cause });
}
