// SPDX-License-Identifier: Apache-2.0
/** `edgekms decrypt` */

import { leaf } from "../command.js";
import type { DecryptOptions } from "../files/decrypt.js";
import { DISCOVERY_OPTIONS, keyOptions } from "../files/key-options.js";
import { OPENING_OPTIONS, contextOption } from "../files/message-options.js";
import { FILE_OPTIONS, SUFFIX } from "../files/options.js";

/** Decrypts files, folders and pipes. */
export const decrypt = leaf<DecryptOptions>({
  about: `FILE${SUFFIX} becomes FILE, another name gets .decrypted at its end, or --out says where. A file is there when the end of
the message, and its signature if it has one, were verified. To standard output plaintext is written as its frames are
verified: it is true, but may be a part. Believe it when the exit code is 0.

The keys that may open a message must be named, or --any-key given: otherwise whoever wrote the message would choose.
--context must be in the message as it is given; the message may have more, which is told.`,
  arguments: [{ name: "file", about: "files and folders; - or nothing: standard input, to standard output", many: true }],
  options: [
    ...keyOptions("own"),
    ...DISCOVERY_OPTIONS,
    ...FILE_OPTIONS,
    contextOption("what the message must have been encrypted with (repeatable)"),
    ...OPENING_OPTIONS,
  ],
  examples: [
    { what: "A file, and what must be true of it", line: "edgekms decrypt photo.jpg.encrypted --key alias/photos --context album=42" },
    { what: "A folder into another", line: "edgekms decrypt sealed --out photos --key alias/photos" },
    { what: "A pipe, whose end decides", line: "edgekms decrypt --key alias/backup < shop.sql.encrypted | psql --single-transaction shop" },
    { what: "Whatever CMK of one account the message names", line: "edgekms decrypt mail.txt --out - --any-key --account 1234567890123456" },
  ],
  run: async (context, given) => (await import("../files/decrypt.js")).decryptFiles(context, given),
});
