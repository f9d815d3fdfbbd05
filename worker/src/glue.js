// SPDX-License-Identifier: Apache-2.0
// The crossings between JavaScript and WebAssembly on the hot path: one each way for a request.
// A Request's headers read one by one from WebAssembly cost as much as the rest of the call.

/** Method, target and headers as lines; header names and values cannot hold a line break. */
export function requestHead(request) {
  const url = request.url;
  const path = url.indexOf("/", url.indexOf("//") + 2);
  let head = `${request.method}\n${path < 0 ? "/" : url.slice(path)}`;
  for (const [name, value] of request.headers) head += `\n${name}:${value}`;
  return head;
}

/**
 * How long a body may take once the head is there. The longest is 128 KiB, a second on a slow line; a
 * sender that trickles would hold the request, and what it has sent, for as long as it likes.
 */
const BODY_WITHIN_MS = 10_000;

/**
 * The body; undefined once it proves longer than `max` bytes, and null once it is late. No more than `max`
 * is kept.
 */
export function requestBody(request, max) {
  const length = request.headers.get("content-length");
  if (Number(length) > max) return Promise.resolve(undefined);
  // A length that is known binds the sender, and the runtime reads it whole much sooner than in pieces.
  if (length !== null) return inTime(request.arrayBuffer());
  if (request.body === null) return Promise.resolve(new Uint8Array(0));
  const reader = request.body.getReader();
  return inTime(inPieces(reader, max), () => giveUp(reader));
}

/** The sender may go on for as long as it likes; nobody reads it any more. */
function giveUp(reader) {
  reader.cancel().catch(() => {});
}

/** What `work` gives, or null if it is late; then `stop` is called. One promise: this is on every call's way. */
function inTime(work, stop) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(null);
      stop?.();
    }, BODY_WITHIN_MS);
    const settle = (end) => (outcome) => {
      clearTimeout(timer);
      end(outcome);
    };
    work.then(settle(resolve), settle(reject));
  });
}

async function inPieces(reader, max) {
  const chunks = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > max) {
      giveUp(reader);
      return undefined;
    }
    chunks.push(value);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** How long a document of somebody else's may take: the service gives it up sooner. */
const DOCUMENT_WITHIN_MS = 4_000;

/**
 * The text at `url`, if it is there; rejected otherwise. It is somebody else's: no redirect is followed, which
 * could lead to where the URL must not, and nothing longer than `max` is kept.
 */
export async function fetchDocument(url, max) {
  const headers = { accept: "application/json" };
  const signal = AbortSignal.timeout(DOCUMENT_WITHIN_MS);
  const response = await fetch(url, { headers, redirect: "manual", signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const bytes = response.body === null ? new Uint8Array(0) : await inPieces(response.body.getReader(), max);
  if (bytes === undefined) throw new Error(`${url} has more than ${max} bytes`);
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** What a page may read of an answer besides its body, in either dialect. */
const EXPOSED_HEADERS = "date, server-timing, x-acs-request-id, x-acs-retry-after, x-amzn-requestid, x-amzn-errortype";

/**
 * An answer. `headerLines` are further headers, a line `name:value` each; `origin` is the page that may
 * read it: a name, "" for none but vary by it, or undefined. There is no body if it is undefined.
 */
export function makeResponse(status, contentType, headerLines, body, origin) {
  const headers = { "content-type": contentType, "cache-control": "no-store" };
  for (const line of headerLines.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon)] = line.slice(colon + 1);
  }
  // Cloudflare adds the date, a bare workerd does not; a client whose clock is off mends it by this.
  if (status >= 400) headers.date = new Date().toUTCString();
  if (origin !== undefined) headers.vary = "Origin";
  if (origin) {
    headers["access-control-allow-origin"] = origin;
    headers["access-control-expose-headers"] = EXPOSED_HEADERS;
    // Without it a page's own tools do not show what the header says.
    if (headers["server-timing"] !== undefined) headers["timing-allow-origin"] = origin;
  }
  return new Response(body, { status, headers });
}

/** The answer to a preflight that is allowed. */
export function makePreflight(origin, methods, headers, maxAge) {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": methods,
      "access-control-allow-headers": headers,
      "access-control-max-age": maxAge,
      vary: "Origin, Access-Control-Request-Headers",
    },
  });
}

/** Has the deciding object of this name answer a message; a promise of the reply. */
export function sendToObject(env, binding, name, locationHint, message) {
  const options = locationHint === undefined ? undefined : { locationHint };
  return env[binding].getByName(name, options).receive(message);
}

/** Runs `work` in one transaction: all of it is stored, or none. */
export function storeAtOnce(storage, work) {
  storage.transactionSync(work);
}

/**
 * Sets the object's alarm, or takes it away. The promise is left alone on purpose: the write is issued
 * at once and belongs to the same commit as a transaction just before it, and the answer waits for
 * that commit at the output gate.
 */
export function setAlarm(storage, at) {
  const written = at === undefined ? storage.deleteAlarm() : storage.setAlarm(at);
  written.catch((error) => logFault(faultLine("the alarm could not be set", error)));
}

/** A timer of the request that is being handled. It is cleared if nobody waits for it any more. */
export function startTimer(millis) {
  let id;
  const rung = new Promise((resolve) => {
    id = setTimeout(resolve, millis);
  });
  return { rung, clear: () => clearTimeout(id) };
}

/**
 * A bell of the request that is being handled, which any other request of the isolate may ring. What waits for
 * it goes on in the request that hung it.
 */
export function hangBell() {
  const { promise, resolve } = Promise.withResolvers();
  return { rung: promise, ring: () => resolve() };
}

/** Keeps the request's work going, although its caller hangs up, until it is released. */
export function holdOpen(context) {
  let release;
  context.waitUntil(new Promise((resolve) => (release = resolve)));
  return { release };
}

/** Lets `promise` come to its end although the caller has hung up or has its answer. */
export function waitUntil(context, promise) {
  context.waitUntil(promise);
}

/**
 * A variable or secret as text, if it is set. wrangler.toml can hold a number, a list or a table: as
 * JSON it is read if that is what was meant, and refused by name if not; never passed over.
 */
export function variable(env, name) {
  const value = env[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Whether an Analytics Engine dataset is bound under this name. */
export function isDataset(env, binding) {
  return typeof env[binding]?.writeDataPoint === "function";
}

/** Keeps a point. What goes wrong with one is nothing that a call waits for or fails by. */
export function writePoint(env, binding, texts, millis, status) {
  const blobs = texts.split("\n");
  const point = { indexes: [blobs[0]], blobs, doubles: [millis, status] };
  Promise.try(() => env[binding].writeDataPoint(point)).catch(() => {});
}

/** Hands a line to the journal; rejected if it cannot be written. */
export async function appendToJournal(context, line) {
  await context.exports.Journal.append(line);
}

/**
 * The same for a fault, beside the request. A line that cannot be handed over is lost: here it must not
 * be logged, and a rejection that nobody catches would be.
 */
export function tellJournalOfFault(context, line) {
  const told = Promise.try(() => context.exports.Journal.fault(line));
  context.waitUntil(told.then(() => {}, () => {}));
}

// The log of an object, whose invocations have no caller's URL.

export function logLine(line) {
  console.log(line);
}

export function logFault(line) {
  console.error(line);
}

/** As `Fault` of the service writes it (port/log.rs). */
function faultLine(message, error) {
  const time = new Date().toISOString().replace(/\.\d+/, "");
  return JSON.stringify({ level: "error", time, message, cause: String(error) });
}
