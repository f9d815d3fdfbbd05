// SPDX-License-Identifier: Apache-2.0
/** `edgekms encrypt` */

import { leaf } from "../command.js";
import type { EncryptOptions } from "../files/encrypt.js";
import { keyOptions } from "../files/key-options.js";
import { bytesOption, contextOption } from "../files/message-options.js";
import { FILE_OPTIONS, SUFFIX, SUITES } from "../files/options.js";

/** Encrypts files, folders and pipes. */
export const encrypt = leaf<EncryptOptions>({
  about: `Each file becomes a message of the AWS Encryption SDK's format: FILE${SUFFIX} beside it, or what --out says. A folder is
encrypted with all that is in it; links and what is no file are left out, and named. A file is there when all of it is,
and nothing is replaced without --force. All keys that are named can decrypt, each alone.`,
  arguments: [{ name: "file", about: "files and folders; - or nothing: standard input, to standard output", many: true }],
  options: [
    ...keyOptions("own"),
    ...FILE_OPTIONS,
    contextOption("stored in clear, authenticated, and wanted again by who decrypts (repeatable)"),
    { flags: "--sign", about: "sign it too (suite 0x0578): only who may encrypt can have made it" },
    { flags: "--suite <id>", about: "0x0478 (default) or 0x0578, which signs", choices: Object.keys(SUITES) },
    { flags: "--frame-length <bytes>", about: "bytes of plaintext that are authenticated at once", parse: bytesOption("--frame-length", 0xffff_ffff) },
    { flags: "--armor", about: "as text, for mails and forms: at most 16 MiB" },
  ],
  examples: [
    { what: "A file under a CMK: photo.jpg.encrypted", line: "edgekms encrypt photo.jpg --key alias/photos --context album=42" },
    { what: "A folder into another, for a CMK and, should it be lost, a password", line: "edgekms encrypt photos --out sealed --key alias/photos --password" },
    { what: "A pipe", line: "pg_dump shop | edgekms encrypt --key alias/backup > shop.sql.encrypted" },
    { what: "A secret as text", line: "edgekms encrypt secret.txt --armor --password-file pass.txt --out -" },
  ],
  run: async (context, given) => (await import("../files/encrypt.js")).encryptFiles(context, given),
});
