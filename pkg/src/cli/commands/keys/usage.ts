// SPDX-License-Identifier: Apache-2.0
/** `edgekms keys usage` */

import { alibaba } from "../../alibaba.js";
import { leaf } from "../../command.js";
import { usagesSince } from "../../harm.js";
import { KEY, keyIdOf } from "../../keys.js";
import { wholeNumber } from "../../numbers.js";
import { table } from "../../output.js";

const DEFAULT_DAYS = 30;

/** The group's `usage`. */
export const usage = leaf<{ days?: number }>({
  about: "By day (UTC), key and action. Counts come in within a minute, and are a little too small at times.",
  arguments: [{ ...KEY, required: false }],
  options: [{ flags: "--days <days>", about: `how far back (default ${DEFAULT_DAYS}, at most 400)`, parse: wholeNumber("--days", 1, 400) }],
  examples: [
    { what: "Whether a key is still used", line: "edgekms keys usage alias/photos --days 90" },
    { what: "What the account called yesterday and today", line: "edgekms keys usage --days 1" },
  ],
  async run(context, { args: [name], options: { days = DEFAULT_DAYS } }) {
    const kms = await context.kms();
    const keyId = name === undefined ? undefined : await keyIdOf(kms, name);
    const counts = (await usagesSince(kms, days)).filter((row) => keyId === undefined || row.keyId === keyId);
    const rows = counts.map((row) => [row.date, row.keyId, row.action, row.calls, row.throttled]);
    await context.output.result(
      { KeyUsages: alibaba(counts) },
      table(["DATE", "KEY", "ACTION", "CALLS", "THROTTLED"], rows, "nothing was counted"),
    );
  },
});
