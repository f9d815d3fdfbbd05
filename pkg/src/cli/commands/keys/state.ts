// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys enable`, `disable`, `describe` and `protect` */

import { alibaba } from "../../alibaba.js";
import { type Context, type Leaf, leaf } from "../../command.js";
import { CliError } from "../../exit.js";
import type { KmsClient } from "../../../entrypoints/node.js";
import { described, KEY, keyIdOf } from "../../keys.js";
import { saying } from "../../output.js";

/** Does something with a key, and tells what it is then. */
async function change(context: Context, name: string, done: string, act: (kms: KmsClient, keyId: string) => Promise<unknown>): Promise<void> {
  const kms = await context.kms();
  const keyId = await keyIdOf(kms, name);
  await act(kms, keyId).catch(async (cause: unknown) => {
    throw await stateTrouble(kms, keyId, cause);
  });
  const key = await described(kms, keyId);
  await context.output.result(alibaba(key), saying(`${key.keyId} ${done} (${key.keyState})`));
}

/** What to do about a key whose state allows no change of it. */
const BY_STATE: Readonly<Record<string, string>> = {
  PendingDeletion: "`edgekms keys cancel-deletion` keeps it.",
  PendingImport: "`edgekms keys import` gives it its material.",
};

/** The service says that the state does not allow it, and not which state that is. */
async function stateTrouble(kms: KmsClient, keyId: string, cause: unknown): Promise<unknown> {
  if ((cause as { code?: unknown }).code !== "Rejected.StateModifiedFailed") return cause;
  const { keyState } = await described(kms, keyId);
  const remedy = BY_STATE[keyState];
  return remedy === undefined ? cause : new CliError("conflict", `${keyId} is ${keyState}`, remedy, { cause });
}

/** The group's `enable`. */
export const enable: Leaf = leaf({
  arguments: [KEY],
  examples: [{ what: "After it was disabled", line: "edgekms keys enable alias/photos" }],
  run: (context, { args: [name = ""] }) => change(context, name, "can be used", (kms, keyId) => kms.enableKey({ keyId })),
});

/** The group's `disable`. */
export const disable: Leaf = leaf({
  about: "Nothing encrypts or decrypts with it any more, until it is enabled again. Asks before.",
  arguments: [KEY],
  examples: [{ what: "At once, in a script", line: "edgekms keys disable alias/photos --yes" }],
  async run(context, { args: [name = ""] }) {
    const { inUse } = await import("../../harm.js");
    const kms = await context.kms();
    const key = await described(kms, name);
    await context.prompt.confirm(`Stop every use of ${key.keyId}? ${await inUse(kms, key)}`);
    await change(context, key.keyId, "cannot be used", (_, keyId) => kms.disableKey({ keyId }));
  },
});

/** The group's `describe`. */
export const describe: Leaf = leaf({
  arguments: [KEY, { name: "text", about: "what it is for; an empty text takes the description away", required: true }],
  examples: [{ what: "For whoever looks for it", line: 'edgekms keys describe alias/photos "photos of the web shop"' }],
  run: (context, { args: [name = "", description = ""] }) =>
    change(context, name, "is described anew", (kms, keyId) => kms.updateKeyDescription({ keyId, description })),
});

/** The group's `protect`. */
export const protect: Leaf = leaf<{ off?: boolean; because?: string }>({
  about: "A key that is protected cannot be scheduled for deletion.",
  arguments: [KEY],
  options: [
    { flags: "--because <text>", about: "why, for whoever tries to delete it" },
    { flags: "--off", about: "protect it no longer" },
  ],
  examples: [
    { what: "What backups need", line: 'edgekms keys protect alias/backups --because "backups of ten years"' },
    { what: "No longer", line: "edgekms keys protect alias/backups --off" },
  ],
  async run(context, { args: [name = ""], options: { off = false, because } }) {
    if (off && because !== undefined) throw new CliError("usage", "--because is why it is protected, and --off ends that");
    await change(context, name, off ? "can be deleted" : "cannot be deleted", (kms, keyId) =>
      kms.setDeletionProtection({
        keyId,
        enableDeletionProtection: !off,
        ...(because !== undefined && { deletionProtectionDescription: because }),
      }),
    );
  },
});
