// SPDX-License-Identifier: Apache-2.0
/** What `edgekms encrypt` does. */

import type { Context, Given } from "../command.js";
import { usage } from "../exit.js";
import { edgekms } from "../package.js";
import { MOST_AS_TEXT, armored } from "./armor.js";
import { type JobScope, runAll } from "./batch.js";
import { namedKeys } from "./key-options.js";
import { keyringOf } from "./keyrings.js";
import { contextOf } from "./message-options.js";
import { type FileOptions, SUFFIX, SUITES } from "./options.js";
import { STANDARD } from "./places.js";
import { type Job, planOf } from "./plan.js";
import { pour, put, readFrom } from "./pour.js";
import { readSmall } from "./small.js";
import { type DoneFile, tellDone, tellSkipped } from "./tell.js";

/** Its options. */
export interface EncryptOptions extends FileOptions {
  readonly context?: readonly (readonly [string, string])[];
  readonly sign?: boolean;
  readonly suite?: keyof typeof SUITES;
  readonly frameLength?: number;
  readonly armor?: boolean;
}

/** `edgekms encrypt` */
export async function encryptFiles(context: Context, { args, options }: Given<EncryptOptions>): Promise<void> {
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
}

function messageOptions({ context, sign = false, suite, frameLength }: EncryptOptions) {
  if (sign && suite === "0x0478") throw usage("suite 0x0478 does not sign", "Leave out --sign, or --suite.");
  const number = sign ? SUITES["0x0578"] : suite && SUITES[suite];
  return { encryptionContext: contextOf(context), ...(number && { suite: number }), ...(frameLength && { frameLength }) };
}
