// SPDX-License-Identifier: Apache-2.0
/** `edgekms inspect` */

import { leaf } from "../command.js";

/** Shows what a message says about itself. */
export const inspect = leaf({
  about: `No key is needed, and nothing that is shown is proven: whoever wrote the message may have written anything. Decrypting
proves it.`,
  arguments: [{ name: "file", about: "messages, also as text; - or nothing: standard input", many: true }],
  examples: [
    { what: "Which keys open it, and with which context", line: "edgekms inspect photo.jpg.encrypted" },
    { what: "The ARNs of its CMKs, for a program", line: "edgekms inspect photo.jpg.encrypted --json | jq -r '.[].encryptedDataKeys[].key'" },
  ],
  run: async (context, given) => (await import("../files/inspect.js")).inspectFiles(context, given),
});
