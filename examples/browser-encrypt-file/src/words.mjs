// SPDX-License-Identifier: Apache-2.0
/** Numbers and errors in plain words. */

const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

/** `1536` -> "1.5 KB" (a KB is 1,000 bytes, as file managers count). */
export function size(bytes) {
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${UNITS[unit]}`;
}

/** `3.4` -> "3.4 s", `95` -> "1 min 35 s". */
export function duration(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** What went wrong and what to do, by the error's stable code. */
const EXPLANATIONS = {
  AbortError: ["Stopped", "Nothing was kept."],
  FrameNotAuthentic: [
    "This file was changed",
    "A part of it is not what was sealed, so it was not opened. Get a fresh copy of the file.",
  ],
  HeaderNotAuthentic: [
    "This file was changed",
    "Its header is not what was sealed, so it was not opened. Get a fresh copy of the file.",
  ],
  TruncatedMessage: [
    "This file is incomplete",
    "Its end is missing, so what was opened was thrown away. Get the whole file again.",
  ],
  TrailingBytes: [
    "This file was changed",
    "There are bytes after its end that do not belong to it. Get a fresh copy of the file.",
  ],
  MalformedHeader: [
    "This is not a sealed file",
    "It starts like one, but its header makes no sense.",
  ],
  NoDataKey: [
    "This key cannot open the file",
    "It was sealed under another key. The header above names the key to use.",
  ],
  ContextMismatch: [
    "The encryption context differs",
    "The file was sealed with other pairs. Enter them as they were, or remove those you are not sure of.",
  ],
  MissingRequiredContext: [
    "A pair is missing",
    "This file was sealed with context that is not stored in it: add the pairs it needs.",
  ],
  NetworkFault: [
    "The KMS cannot be reached",
    "Check its address, that it is running, and that it allows this page (ALLOWED_ORIGINS).",
  ],
  Timeout: ["The KMS did not answer in time", "Try again in a moment."],
  "InvalidAccessKeyId.NotFound": ["The access key is unknown", "Check the access key id."],
  SignatureDoesNotMatch: [
    "The access key secret is wrong",
    "Check the secret; mind spaces copied with it.",
  ],
  "Rejected.Disabled": [
    "The key is disabled",
    "Someone switched this key off. It can be switched on again (EnableKey).",
  ],
  InvalidAnswer: ["That is not a KMS", "Something else answered there. Check the address."],
  "Forbidden.KeyNotFound": ["The key was not found", "Check the key id or alias, and the region."],
  "Forbidden.AliasNotFound": [
    "The alias was not found",
    "Check the alias (with its \u201calias/\u201d in front) and the region.",
  ],
  QuotaExceededError: [
    "The disk is full",
    "The browser has no room for the result. Free some, or write straight to a file.",
  ],
};

/**
 * @param {unknown} error
 * @returns {{ title: string, text: string, code: string, requestId?: string }}
 */
export function explain(error) {
  // When the KMS said no, its reason is worth more than "no key could open it".
  const told = serverReason(error) ?? error;
  const code = typeof told?.code === "string" ? told.code : (told?.name ?? "Error");
  const [title, text] = EXPLANATIONS[code] ?? ["That did not work", told?.message ?? String(told)];
  const codes = told === error ? code : `${error.code}: ${code}`;
  return { title, text, code: codes, requestId: told?.requestId };
}

/** The first error below this one that a server or the network gave. */
function serverReason(error) {
  for (let under = error?.cause; under; under = under.cause ?? under.errors?.[0]) {
    if (typeof under.code === "string") return under;
  }
  return undefined;
}
