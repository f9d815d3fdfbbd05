// SPDX-License-Identifier: Apache-2.0
/** Files encrypted, decrypted and re-wrapped, where there are files: Node, Deno and Bun. The work is loaded at its first use. */

import { worded } from "../core/words.js";
import { EdgekmsError, checkedOptions } from "../errors.js";
import { runtime } from "../runtime.js";
import {
  type DecryptOptions,
  type EncryptOptions,
  type Envelope,
  type DecryptedHeader,
  type StreamOptions,
  jobsOf,
  told,
} from "./envelope.js";
import type { OpenJob, Opened } from "./open.js";
import type { RewrapOptions } from "./rewrap.js";
import type { SealJob } from "./seal.js";

/** The name of a file: a path, or a `file:` URL. */
export type FileName = string | URL;

/** What encrypting or decrypting into a file takes besides. */
export interface TargetFileOptions extends StreamOptions {
  /** Default true: what has the name is replaced. False: `FileFailed`, whose cause is `EEXIST`, and it stays. */
  overwrite?: boolean;
  /**
   * Default false: a new file gets the permissions that any new file gets. True: those of `from`, if it is a file. One
   * that is replaced always keeps its own.
   */
  keepMode?: boolean;
  /**
   * Whether the file is on the disk when this settles, so that it outlasts a loss of power; it takes about as long
   * again. Default: only where it replaces a file. Say true before you delete what it was made from.
   */
  flush?: boolean;
}

/** What a re-wrap of a file takes besides. */
export interface RewrapFileOptions extends RewrapOptions {
  /** Default true: a header that stays as long is written over the old one. False: always a new file in its place. */
  inPlace?: boolean;
  /** Writes the message with its new header to another file, and leaves this one as it is. */
  out?: FileName;
  /** Of `out`, as in {@link TargetFileOptions}. */
  overwrite?: boolean;
  /** Of `out`, as in {@link TargetFileOptions}. */
  keepMode?: boolean;
  /** Of `out`, as in {@link TargetFileOptions}; what replaces this file is on the disk in any case. */
  flush?: boolean;
}

/** What became of a file. */
export interface RewrappedFile {
  /** Whether the header was written over the old one; false if a new file was written. */
  inPlace: boolean;
}

/** What reads and writes files, for the entry points that can. */
export interface FileWork {
  sealFile(job: SealJob, from: FileName, to: FileName, options: WorkOptions): Promise<void>;
  openFile(job: OpenJob, from: FileName, to: FileName, options: WorkOptions): Promise<Omit<Opened, "plaintext">>;
  rewrapFile(job: OpenJob, file: FileName, options: RewrapFileOptions): Promise<RewrappedFile>;
}

/** What a caller may say about the work itself. */
export interface WorkOptions extends TargetFileOptions {
  signal?: AbortSignal;
}

/**
 * Encrypts a file into another: faster than streams, since buffers are used again, and reading, AES and writing go on at
 * once. `to` is there, replacing what had its name unless `overwrite` is false, when all of it is written; after a
 * failure, an abort or an exit of the process nothing of it is. `from` may be a pipe, and may be `to`.
 *
 * @example
 * ```js
 * await sealFile(envelope, "film.mp4", "film.mp4.encrypted", { encryptionContext: { film: "42" } });
 * ```
 *
 * @throws EdgekmsError `FileFailed` with the system's error as its `cause`; `SourceChanged` if the file grows
 * meanwhile; `EngineUnavailable` where there are no files; as `Envelope.encrypt`.
 */
export async function sealFile(
  envelope: Envelope,
  from: FileName,
  to: FileName,
  given?: EncryptOptions & TargetFileOptions,
): Promise<void> {
  const options = checkedOptions(given);
  const job = jobsOf(envelope).seal(options);
  await done(options.signal, async () => (await work()).sealFile(job, from, to, options));
}

/**
 * Decrypts an encrypted file into another, which is there when the message's end, and its signature if it has one, were
 * verified: not before, and not after a failure. Gives the authentic header.
 *
 * @example
 * ```js
 * const { encryptionContext } = await openFile(envelope, "film.mp4.encrypted", "film.mp4");
 * ```
 *
 * @throws EdgekmsError `FileFailed` with the system's error as its `cause`; `EngineUnavailable` where there are no
 * files; as `Envelope.decrypt`.
 */
export async function openFile(
  envelope: Envelope,
  from: FileName,
  to: FileName,
  given?: DecryptOptions & TargetFileOptions,
): Promise<DecryptedHeader> {
  const options = checkedOptions(given);
  const job = jobsOf(envelope).open(options);
  return told(await done(options.signal, async () => (await work()).openFile(job, from, to, options)));
}

/**
 * Gives an encrypted file another header, as `Envelope.rewrap` does, with the same meaning for whoever has the old one.
 * Where the header stays as long (a CMK for a CMK of the same service) it is written over the old one, and the rest
 * of the file is not touched; else a new file takes its place. A call that was interrupted leaves the file as it was,
 * or its old header beside it (`.NAME.edgekms-header`), which the next call puts back. With `out` the file itself stays
 * as it is.
 *
 * @example
 * ```js
 * const { inPlace } = await rewrapFile(envelope, "film.mp4.encrypted", { to: kms.keyring("alias/2027") });
 * ```
 *
 * @throws EdgekmsError `FileFailed` with the system's error as its `cause`; `EngineUnavailable` where there are no
 * files; as `Envelope.rewrap`.
 */
export async function rewrapFile(
  envelope: Envelope,
  file: FileName,
  given: RewrapFileOptions,
): Promise<RewrappedFile> {
  const options = checkedOptions(given);
  const job = jobsOf(envelope).open(options);
  return done(options.signal, async () => (await work()).rewrapFile(job, file, options));
}

function work(): Promise<FileWork> {
  const { files } = runtime();
  if (files !== undefined) return files();
  const text = "there are no files here but in Node, Deno and Bun; use encryptStream and decryptStream";
  throw new EdgekmsError("EngineUnavailable", text);
}

/** The work looks at the signal itself, and cleans up before it ends. */
async function done<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw await worded(error);
  }
}
