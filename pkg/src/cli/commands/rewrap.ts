// SPDX-License-Identifier: Apache-2.0
/** `edgekms rewrap` */

import { leaf } from "../command.js";
import { DISCOVERY_OPTIONS, keyOptions } from "../files/key-options.js";
import { OPENING_OPTIONS, contextOption } from "../files/message-options.js";
import { FILE_OPTIONS } from "../files/options.js";
import type { RewrapFilesOptions } from "../files/rewrap.js";

/** Changes which keys open messages. */
export const rewrap = leaf<RewrapFilesOptions>({
  about: `The header of a message is written anew; its body stays as it is and is never decrypted. Without --out the file itself is
changed, where it lies if the header stays as long. Signed messages cannot be re-wrapped: decrypt and encrypt them.

It takes nothing back: whoever kept the old message can open it as before. And who has both headers of a message could
change it without being noticed. Where that matters, decrypt and encrypt anew (docs/security-model.md, "Re-wrapped
messages").`,
  arguments: [{ name: "file", about: "files and folders; - or nothing: standard input, to standard output", many: true }],
  options: [
    ...keyOptions("own"),
    ...DISCOVERY_OPTIONS,
    ...keyOptions("to"),
    ...keyOptions("add"),
    {
      flags: "--remove-key <name>",
      about: "an ARN or the name of a raw key, as inspect shows it: it decrypts no longer (repeatable)",
      many: true,
      group: "Keys that decrypt it no longer",
    },
    ...FILE_OPTIONS,
    contextOption("what the message must have been encrypted with (repeatable)"),
    ...OPENING_OPTIONS,
  ],
  examples: [
    { what: "From one CMK to another", line: "edgekms rewrap photo.jpg.encrypted --key alias/photos --to-key alias/photos-2027" },
    { what: "A password beside the CMK, for a whole folder", line: "edgekms rewrap sealed --key alias/photos --add-password" },
    { what: "Without that CMK from now on", line: "edgekms rewrap photo.jpg.encrypted --key alias/photos --remove-key acs:kms:cn-hangzhou:1234567890123456:key/8d1a9b3c-1f6e-4c1a-9f57-3f0f2d3c4b5a" },
  ],
  run: async (context, given) => (await import("../files/rewrap.js")).rewrapFiles(context, given),
});
