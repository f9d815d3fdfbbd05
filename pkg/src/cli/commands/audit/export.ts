// SPDX-License-Identifier: Apache-2.0
/** `edgekms audit export` */

import { operatorFor } from "../../client.js";
import { leaf } from "../../command.js";
import { counted } from "../../numbers.js";
import { saying } from "../../output.js";
import { writtenPrivate } from "../../../files/private.js";

/** The group's `export`. */
export const exportEvents = leaf<{ force?: boolean }>({
  about:
    "Of this region, and the account's own. Takes the operator's access key. The file is readable by you alone, and " +
    "there whole or not at all. The export is an event itself.",
  arguments: [{ name: "file", about: "what to write", required: true }],
  options: [{ flags: "--force", about: "replace a file that is there" }],
  examples: [{ what: "And whether it is whole", line: "edgekms audit export trail.jsonl && edgekms audit verify trail.jsonl" }],
  async run(context, { args: [file = ""], options: { force = false } }) {
    const { output, signal } = context;
    const kms = await operatorFor(context.global);
    let count = 0;
    await writtenPrivate(file, { replace: force }, async (to) => {
      let marker: string | undefined;
      do {
        const { lines, nextMarker } = await kms.exportEvents(marker === undefined ? {} : { marker }, { signal });
        await to.appendFile(lines.map((line) => `${line}\n`).join(""));
        count += lines.length;
        marker = nextMarker;
        output.detail(counted(count, "line"));
      } while (marker !== undefined);
    });
    await output.result({ File: file, Lines: count }, saying(`${file} has ${counted(count, "line")}; \`edgekms audit verify\` says whether they are whole`));
  },
});
