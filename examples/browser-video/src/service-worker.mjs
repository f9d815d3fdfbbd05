// SPDX-License-Identifier: Apache-2.0
/**
 * Answers what a `<video>` asks for, from a sealed film on a server: `opened?film=ADDRESS` is the film in clear,
 * of which the browser may ask for any part (RFC 9110, section 14). Only the frames of that part are fetched and opened.
 */
// All of the package in one file: `import()` is forbidden in a service worker.
import { Envelope, rawAesKeyring } from "edgekms/all";

import { keyringOf } from "./keyring.mjs";

/** @type {Map<string, Promise<import("edgekms").RangeReader>>} films that are open, by address and page */
const films = new Map();

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { pathname, searchParams } = new URL(event.request.url);
  const film = searchParams.get("film");
  if (!pathname.endsWith("/opened") || film === null) return;
  event.respondWith(opened(film, event.request, event.clientId));
});

/** @param {string} film @param {Request} request @param {string} page */
async function opened(film, request, page) {
  try {
    const reader = await readerOf(film, page);
    return answer(reader, request.headers.get("range"));
  } catch (error) {
    films.delete(`${page} ${film}`);
    const client = await clients.get(page);
    client?.postMessage({ failed: film, code: error.code ?? error.name, message: error.message });
    return new Response(error.message, { status: 502 });
  }
}

/** The header is authenticated, and the end of the film verified, once. */
function readerOf(film, page) {
  const key = `${page} ${film}`;
  if (!films.has(key)) {
    const opening = settingsOf(page).then(async (settings) => {
      const reader = await new Envelope({ keyring: keyringOf(rawAesKeyring, settings) }).rangeReader(film);
      await reader.verifyEnd();
      return reader;
    });
    films.set(key, opening);
  }
  return films.get(key);
}

/** Asks the page: a service worker that was stopped and started again has forgotten all, and stores no key. */
async function settingsOf(page) {
  const client = await clients.get(page);
  if (client === undefined) throw new Error("the page that plays the film is gone");
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    client.postMessage({ ask: "settings" }, [port2]);
  });
}

/** The part that is asked for; a `<video>` asks for one, mostly without an end, and stops reading when it has enough. */
function answer(reader, range) {
  const length = reader.plaintextLength;
  const headers = { "accept-ranges": "bytes", "content-type": reader.encryptionContext.type ?? "video/mp4" };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === undefined) {
    return new Response(reader.stream(), { headers: { ...headers, "content-length": `${length}` } });
  }
  const start = Number(from);
  const end = to === "" ? length : Math.min(Number(to) + 1, length);
  if (start >= end) return new Response(null, { status: 416, headers: { "content-range": `bytes */${length}` } });
  headers["content-range"] = `bytes ${start}-${end - 1}/${length}`;
  headers["content-length"] = `${end - start}`;
  return new Response(reader.stream({ start, end }), { status: 206, headers });
}
