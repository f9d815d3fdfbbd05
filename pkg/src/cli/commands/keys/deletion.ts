// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys schedule-deletion` and `cancel-deletion` */

import { alibaba } from "../../alibaba.js";
import { type Leaf, leaf } from "../../command.js";
import { inUse } from "../../harm.js";
import { described, KEY, keyIdOf } from "../../keys.js";
import { wholeNumber } from "../../numbers.js";
import { text } from "../../output.js";

const DEFAULT_DAYS = 30;

/** The group's `schedule-deletion`. */
export const scheduleDeletion: Leaf = leaf<{ days?: number }>({
  about:
    "The key stops working at once. After the days it is gone, with all its versions, and whatever is still encrypted " +
    "under it is lost for good; until then cancel-deletion saves it. Asks before.",
  arguments: [KEY],
  options: [{ flags: "--days <days>", about: `how long it waits, 7 to 366 (default ${DEFAULT_DAYS})`, parse: wholeNumber("--days", 7, 366) }],
  examples: [
    { what: "With a year to think it over", line: "edgekms keys schedule-deletion alias/photos --days 366" },
    { what: "In a script", line: "edgekms keys schedule-deletion alias/photos --yes" },
  ],
  async run(context, { args: [name = ""], options: { days = DEFAULT_DAYS } }) {
    const kms = await context.kms();
    const key = await described(kms, name);
    const { keyId } = key;
    const loss = "What is encrypted under it cannot be opened from now on, and is lost for good then.";
    await context.prompt.confirm(`Delete ${keyId} in ${days} days? ${loss} ${await inUse(kms, key)}`);
    await kms.scheduleKeyDeletion({ keyId, pendingWindowInDays: days });
    const now = await described(kms, keyId);
    const undo = `\`edgekms keys cancel-deletion ${keyId}\` saves it until then.`;
    await context.output.result(alibaba(now), text(`${keyId} will be deleted at ${now.deleteDate}. ${undo}`));
  },
});

/** The group's `cancel-deletion`. */
export const cancelDeletion: Leaf = leaf({
  arguments: [KEY],
  examples: [{ what: "By its id: a key that waits keeps its aliases too", line: "edgekms keys cancel-deletion alias/photos" }],
  async run(context, { args: [name = ""] }) {
    const kms = await context.kms();
    const keyId = await keyIdOf(kms, name);
    await kms.cancelKeyDeletion({ keyId });
    const now = await described(kms, keyId);
    await context.output.result(alibaba(now), text(`${keyId} is kept (${now.keyState})`));
  },
});
