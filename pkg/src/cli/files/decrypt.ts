// SPDX-License-Identifier: Apache-2.0
/** What `edgekms decrypt` does. */

import type { CommitmentPolicy, DecryptedHeader, Envelope } from "../../entrypoints/node.js";
import type { Context, Given } from "../command.js";
import { CliError, usage } from "../exit.js";
import { edgekms } from "../package.js";
import { MOST_TEXT, isText, messageOf } from "./armor.js";
import { type Doing, type JobScope, runAll } from "./batch.js";
import { namedKeys } from "./key-options.js";
import { keyringOf } from "./keyrings.js";
import { contextOf, openingOf } from "./message-options.js";
import { type FileOptions, SUFFIX } from "./options.js";
import { STANDARD } from "./places.js";
import { type Job, planOf } from "./plan.js";
import { type Pieces, peeked, pour, put, readFrom } from "./pour.js";
import { all as allOf } from "./small.js";
import { type DoneFile, tellDone, tellSkipped } from "./tell.js";
import { START, isWholeFile } from "./whole.js";

/** Its options. */
export interface DecryptOptions extends FileOptions {
  readonly context?: readonly (readonly [string, string])[];
  readonly commitmentPolicy?: CommitmentPolicy;
  readonly maxDataKeys?: number;
}

/** `edgekms decrypt` */
export async function decryptFiles(context: Context, { args, options }: Given<DecryptOptions>): Promise<void> {
  const keys = namedKeys("own", options as never);
  if (keys === undefined) {
    throw usage("no key was named that may open it", "Give --key, --password or --aes-key-file; or --any-key for whatever CMK the message names.");
  }
  const { out, force = false, keepGoing = false } = options;
  const encryptionContext = contextOf(options.context);
  const plan = await planOf({ args, out, force, keepGoing }, { of: plainName }, context.signal);
  tellSkipped(plan, context);
  const { Envelope } = await edgekms();
  const envelope = new Envelope({ keyring: await keyringOf(keys, "decrypt", context), ...openingOf(options) });
  const isAsked = out === STANDARD;
  const doing: Doing<OpenedFile> = {
    name: "decrypt",
    keepGoing,
    work: (job, scope) => open(envelope, job, { ...scope, encryptionContext, overwrite: force, isAsked }),
    async tell(files) {
      const [only] = files;
      if (only !== undefined && plan.jobs.length === 1) tellContext(only.encryptionContext, encryptionContext, context);
      await tellDone("decrypted", files, plan, context);
    },
  };
  await runAll(plan, doing, context);
}

function plainName(name: string): string {
  return name.endsWith(SUFFIX) && name.length > SUFFIX.length ? name.slice(0, -SUFFIX.length) : `${name}.decrypted`;
}

interface Opening extends JobScope {
  readonly encryptionContext: Record<string, string>;
  readonly overwrite: boolean;
  /** Whether standard output was asked for, whatever it is. */
  readonly isAsked: boolean;
}

interface OpenedFile extends DoneFile {
  /** The whole of it, authentic. */
  readonly encryptionContext: Record<string, string>;
}

async function open(envelope: Envelope, { from, to, mode }: Job, opening: Opening): Promise<OpenedFile> {
  const { signal, encryptionContext, overwrite } = opening;
  const target = { overwrite, mode };
  let bytes = 0;
  const onProgress = (state: { bytesProcessed: number }) => opening.onProgress({ bytesProcessed: (bytes = state.bytesProcessed) });
  const options = { encryptionContext, signal, onProgress };
  const told = (header: DecryptedHeader) => ({ from, to, bytes, encryptionContext: header.encryptionContext });
  if (await isWholeFile(from, to)) {
    const { openFile } = await edgekms();
    return told(await openFile(envelope, from, to, { ...options, overwrite, keepMode: true }));
  }
  const { start, all } = await peeked(readFrom(from, signal), START);
  if (isText(start)) {
    const text = await allOf(all, MOST_TEXT, "the text");
    onProgress({ bytesProcessed: text.length });
    const decrypted = await envelope.decrypt(messageOf(text), { encryptionContext, signal });
    if (isOnTerminal(to, opening)) checkShown(decrypted.plaintext);
    await put(decrypted.plaintext, to, target);
    return told(decrypted);
  }
  const decrypting = envelope.decryptStream(options);
  const through = isOnTerminal(to, opening) ? (source: Pieces) => whole(decrypting.through(source)) : decrypting.through;
  await pour(all, through, to, signal, target);
  return told(await decrypting.header);
}

function isOnTerminal(to: string, { isAsked }: Opening): boolean {
  return to === STANDARD && process.stdout.isTTY && !isAsked;
}

const MOST_SHOWN = 1 << 20;

/** A terminal gets what is whole, and text. */
async function* whole(pieces: Pieces): AsyncGenerator<Uint8Array> {
  const bytes = await allOf(pieces, MOST_SHOWN, "what would be shown here");
  checkShown(bytes);
  yield bytes;
}

/** Controls would be obeyed by the terminal. */
function checkShown(bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString("utf8");
  if (!/[\p{Cc}\ufffd]/u.test(text.replaceAll(/[\n\r\t]/g, ""))) return;
  throw new CliError("usage", "the plaintext is no text, which a terminal could show", "Give --out FILE; or --out - to write it here nevertheless.");
}

/** What nobody asked for and may matter to whoever reads it. */
function tellContext(found: Record<string, string>, given: Record<string, string>, { output }: Context): void {
  const more = Object.entries(found).filter(([name]) => !(name in given) && !name.startsWith("aws-crypto-"));
  if (more.length > 0) output.note(`its encryption context: ${more.map(([name, value]) => `${name}=${value}`).join(", ")}`);
}
