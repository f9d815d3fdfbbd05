// SPDX-License-Identifier: Apache-2.0
/** `edgekms encrypt` */

import type { WritableSuite } from "../../entrypoints/node.js";
import { leaf } from "../command.js";
import { usage } from "../exit.js";
import { MOST_AS_TEXT, armored } from "../files/armor.js";
import { type JobScope, runAll } from "../files/batch.js";
import { keyOptions, namedKeys } from "../files/key-options.js";
import { keyringOf } from "../files/keyrings.js";
import { bytesOption, contextOf, contextOption } from "../files/message-options.js";
import { FILE_OPTIONS, type FileOptions, SUFFIX } from "../files/options.js";
import { STANDARD } from "../files/places.js";
import { type Job, planOf } from "../files/plan.js";
import { pour, put, readFrom } from "../files/pour.js";
import { readSmall } from "../files/small.js";
import { type DoneFile, tellDone, tellSkipped } from "../files/tell.js";
import { edgekms } from "../package.js";

interface Options extends FileOptions {
  readonly context?: readonly (readonly [string, string])[];
  readonly sign?: boolean;
  readonly suite?: keyof typeof SUITES;
  readonly frameLength?: number;
  readonly armor?: boolean;
}

const SUITES = { "0x0478": 0x0478, "0x0578": 0x0578 } as const satisfies Record<string, WritableSuite>;

/** Encrypts files, folders and pipes. */
export const encrypt = leaf<Options>({
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
  async run(context, { args, options }) {
    const keys = namedKeys("own", options as never);
    if (keys === undefined) throw usage("no key was named", "Give --key alias/NAME, --password or --aes-key-file.");
    const { out, force = false, keepGoing = false, armor = false } = options;
    const message = messageOptions(options);
    const plan = await planOf({ args, out, force, keepGoing }, { of: (name) => `${name}${SUFFIX}` }, context.signal);
    const isShown = plan.jobs.some(({ to }) => to === STANDARD) && process.stdout.isTTY;
    if (isShown && !armor) throw usage("a terminal cannot show a message", "Give --armor, or --out FILE.");
    tellSkipped(plan, context);
    const { Envelope, sealFile } = await edgekms();
    const envelope = new Envelope({ keyring: await keyringOf(keys, "encrypt", context) });
    const work = async ({ from, to, mode }: Job, { signal, onProgress }: JobScope) => {
      const target = { overwrite: force, mode };
      let bytes = 0;
      const counted = (state: { bytesProcessed: number }) => onProgress({ bytesProcessed: (bytes = state.bytesProcessed) });
      const all = { ...message, signal, onProgress: counted };
      if (armor) {
        const plaintext = await readSmall(from, MOST_AS_TEXT, "what --armor makes text of,", signal);
        counted({ bytesProcessed: plaintext.length });
        await put(Buffer.from(armored(await envelope.encrypt(plaintext, { ...message, signal }))), to, target);
      } else if (from === STANDARD || to === STANDARD) {
        await pour(readFrom(from, signal), envelope.encryptStream(all).through, to, signal, target);
      } else await sealFile(envelope, from, to, { ...all, overwrite: force, keepMode: true });
      return { from, to, bytes };
    };
    const tell = (files: readonly DoneFile[]) => tellDone("encrypted", files, plan, context);
    await runAll(plan, { name: "encrypt", keepGoing, work, tell }, context);
  },
});

function messageOptions({ context, sign = false, suite, frameLength }: Options) {
  if (sign && suite === "0x0478") throw usage("suite 0x0478 does not sign", "Leave out --sign, or --suite.");
  const number = sign ? SUITES["0x0578"] : suite && SUITES[suite];
  return { encryptionContext: contextOf(context), ...(number && { suite: number }), ...(frameLength && { frameLength }) };
}
