// SPDX-License-Identifier: Apache-2.0
/** `edgekms rewrap` */

import type { CommitmentPolicy, Envelope, RewrapOptions } from "../../entrypoints/node.js";
import { leaf } from "../command.js";
import type { Context } from "../context.js";
import { usage } from "../exit.js";
import { MOST_TEXT, armored, isText, messageOf } from "../files/armor.js";
import { type JobScope, runAll } from "../files/batch.js";
import { DISCOVERY_OPTIONS, type KeyRole, keyOptions, namedKeys } from "../files/key-options.js";
import { keyringOf } from "../files/keyrings.js";
import { OPENING_OPTIONS, contextOf, contextOption, openingOf } from "../files/message-options.js";
import { FILE_OPTIONS, type FileOptions } from "../files/options.js";
import { STANDARD } from "../files/places.js";
import { type Job, planOf } from "../files/plan.js";
import { peeked, pour, put, readFrom } from "../files/pour.js";
import { all } from "../files/small.js";
import { type DoneFile, tellDone, tellSkipped } from "../files/tell.js";
import { START, isWholeFile } from "../files/whole.js";
import { edgekms } from "../package.js";

interface Options extends FileOptions {
  readonly context?: readonly (readonly [string, string])[];
  readonly removeKey?: readonly string[];
  readonly commitmentPolicy?: CommitmentPolicy;
  readonly maxDataKeys?: number;
}

/** Changes which keys open messages. */
export const rewrap = leaf<Options>({
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
  async run(context, { args, options }) {
    const keys = namedKeys("own", options as never);
    if (keys === undefined) {
      throw usage("no key was named that opens it now", "Give --key, --password or --aes-key-file; or --any-key for whatever CMK the message names.");
    }
    const named = changeOf(options);
    const { out, force = false, keepGoing = false } = options;
    const plan = await planOf({ args, out, force, keepGoing }, { of: (name) => name, inPlace: true }, context.signal);
    tellSkipped(plan, context);
    const { Envelope } = await edgekms();
    const envelope = new Envelope({ keyring: await keyringOf(keys, "decrypt", context), ...openingOf(options) });
    const change = { ...(await named(context)), encryptionContext: contextOf(options.context) };
    const work = (job: Job, scope: JobScope) => rewrapOne(envelope, job, change, force, scope);
    const tell = (files: readonly DoneFile[]) => tellDone("re-wrapped", files, plan, context);
    await runAll(plan, { name: "rewrap", keepGoing, work, tell }, context);
  },
});

/** What was asked for; keyrings are made when nothing is wrong with the line. */
function changeOf(options: Options): (context: Context) => Promise<RewrapOptions> {
  const [to, add] = (["to", "add"] as const).map((role: KeyRole) => namedKeys(role, options as never));
  const { removeKey } = options;
  if (to !== undefined && (add !== undefined || removeKey !== undefined)) {
    throw usage("--to-… takes the place of all keys", "Give it without --add-… and --remove-key.");
  }
  if (to === undefined && add === undefined && removeKey === undefined) {
    throw usage("nothing was named that is to change", "Give --to-key, --add-key or --remove-key.");
  }
  return async (context) => ({
    ...(to && { to: await keyringOf(to, "encrypt", context) }),
    ...(add && { add: await keyringOf(add, "encrypt", context) }),
    ...(removeKey && { remove: removeKey }),
  });
}

async function rewrapOne(
  envelope: Envelope,
  { from, to, size = 0, mode }: Job,
  change: RewrapOptions,
  force: boolean,
  { signal, onProgress }: JobScope,
): Promise<DoneFile> {
  const options = { ...change, signal };
  const inPlace = from === to && from !== STANDARD;
  const target = { overwrite: force || inPlace, mode };
  if (await isWholeFile(from, to)) {
    const { rewrapFile } = await edgekms();
    await rewrapFile(envelope, from, { ...options, ...(!inPlace && { out: to, overwrite: force, keepMode: true }) });
    onProgress({ bytesProcessed: size });
    return { from, to, bytes: size };
  }
  let bytes = 0;
  const source = await peeked(counted(readFrom(from, signal), (sum) => onProgress({ bytesProcessed: (bytes = sum) })), START);
  if (isText(source.start)) {
    const message = messageOf(await all(source.all, MOST_TEXT, "the text"));
    await put(Buffer.from(armored(await envelope.rewrap(message, options))), to, target);
  } else await pour(source.all, envelope.rewrapStream(options).through, to, signal, target);
  return { from, to, bytes };
}

async function* counted(pieces: AsyncIterable<Uint8Array>, tell: (sum: number) => void): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const piece of pieces) {
    tell((sum += piece.length));
    yield piece;
  }
}
