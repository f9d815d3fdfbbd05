// SPDX-License-Identifier: Apache-2.0
/** What `edgekms rewrap` does. */

import type { CommitmentPolicy, Envelope, RewrapOptions } from "../../entrypoints/node.js";
import type { Context, Given } from "../command.js";
import { usage } from "../exit.js";
import { edgekms } from "../package.js";
import { MOST_TEXT, armored, isText, messageOf } from "./armor.js";
import { type JobScope, runAll } from "./batch.js";
import { type KeyRole, namedKeys } from "./key-options.js";
import { keyringOf } from "./keyrings.js";
import { contextOf, openingOf } from "./message-options.js";
import type { FileOptions } from "./options.js";
import { STANDARD } from "./places.js";
import { type Job, planOf } from "./plan.js";
import { peeked, pour, put, readFrom } from "./pour.js";
import { all } from "./small.js";
import { type DoneFile, tellDone, tellSkipped } from "./tell.js";
import { START, isWholeFile } from "./whole.js";

/** Its options. */
export interface RewrapFilesOptions extends FileOptions {
  readonly context?: readonly (readonly [string, string])[];
  readonly removeKey?: readonly string[];
  readonly commitmentPolicy?: CommitmentPolicy;
  readonly maxDataKeys?: number;
}

/** `edgekms rewrap` */
export async function rewrapFiles(context: Context, { args, options }: Given<RewrapFilesOptions>): Promise<void> {
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
}

/** What was asked for; keyrings are made when nothing is wrong with the line. */
function changeOf(options: RewrapFilesOptions): (context: Context) => Promise<RewrapOptions> {
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
