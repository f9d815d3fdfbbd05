// SPDX-License-Identifier: Apache-2.0
/**
 * Where the result goes. A browser offers up to three places; all but the last keep memory flat.
 *
 * - `disk`: a file that the user chooses first; bytes go straight to it (File System Access).
 * - `private`: the page's own folder on disk (OPFS); the result is a download at the end.
 * - `memory`: pieces of a Blob; the browser may move them to disk.
 */

const FOLDER = "results";

/** A write to a browser's file is a message between processes: fewer and larger ones are faster. */
const BATCH = 1 << 20;

/** The places that this browser has, best first. */
export function places() {
  const found = [];
  if ("showSaveFilePicker" in globalThis) {
    found.push({ id: "disk", name: "Straight to a file I choose", hint: "Asks where first. Any size." });
  }
  if (navigator.storage?.getDirectory && "createWritable" in (globalThis.FileSystemFileHandle?.prototype ?? {})) {
    found.push({
      id: "private",
      name: "Keep it here, then download",
      hint: "Kept on disk by the browser until you leave. Any size that fits.",
    });
  } else {
    found.push({
      id: "memory",
      name: "In memory, then download",
      hint: "This browser offers no other place: best below 1 GB.",
    });
  }
  return found;
}

/**
 * Opens a place to write to. Call it from a click: a file picker needs one.
 *
 * @returns `{ sink, finish() }`; `finish` gives the file, to download it or to go on with.
 */
export function openPlace(id, name) {
  if (id === "disk") return openDisk(name);
  if (id === "private") return openPrivate(name);
  return openMemory(name);
}

/** Removes results that an earlier visit left behind. */
export async function clearPrivate() {
  const root = await navigator.storage?.getDirectory?.().catch(() => undefined);
  await root?.removeEntry(FOLDER, { recursive: true }).catch(() => {});
}

async function openDisk(suggestedName) {
  const handle = await globalThis.showSaveFilePicker({ suggestedName });
  const file = await handle.createWritable();
  return { sink: batched(file), finish: () => handle.getFile(), onDisk: true };
}

async function openPrivate(name) {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const handle = await folder.getFileHandle(`${crypto.randomUUID()}-${name}`, { create: true });
  const file = await handle.createWritable();
  const finish = async () => new File([await handle.getFile()], name);
  return { sink: batched(file), finish, onDisk: false };
}

async function openMemory(name) {
  const parts = [];
  const store = new WritableStream({ write: (bytes) => void parts.push(new Blob([bytes])) });
  return { sink: batched(store), finish: async () => new File(parts, name), onDisk: false };
}

/** Gathers small pieces into batches before they go to `target`. */
function batched(target) {
  const writer = target.getWriter();
  let held = [];
  let size = 0;
  const flush = async () => {
    const batch = new Uint8Array(size);
    let at = 0;
    for (const bytes of held) {
      batch.set(bytes, at);
      at += bytes.length;
    }
    held = [];
    size = 0;
    await writer.write(batch);
  };
  return new WritableStream({
    async write(bytes) {
      held.push(bytes);
      size += bytes.length;
      if (size >= BATCH) await flush();
    },
    async close() {
      if (size > 0) await flush();
      await writer.close();
    },
    // A result that is not whole is no result: the browser throws the half-written file away.
    abort: (reason) => writer.abort(reason),
  });
}
