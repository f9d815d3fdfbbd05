// SPDX-License-Identifier: Apache-2.0
/** One kept-alive HTTP/1.1 connection: sends a request's bytes, waits for the whole answer. */
import { once } from "node:events";
import { connect } from "node:net";

const HEADER_END = Buffer.from("\r\n\r\n");

/** A connection that does one request at a time. */
export class Connection {
  #socket;
  #received = Buffer.alloc(0);
  #waiting;

  /** @param {string} host @param {number} port */
  static async open(host, port) {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, "connect");
    return new Connection(socket);
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => this.#read(bytes));
    const fail = (error) => this.#waiting?.reject(error ?? new Error("the server closed the connection"));
    socket.on("error", fail);
    socket.on("close", () => fail());
  }

  /** @param {Buffer} request @returns {Promise<{ status: number, body: Buffer }>} */
  send(request) {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) throw new Error("the server closed the connection");
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #read(bytes) {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const answer = parse(this.#received);
    if (!answer) return;
    this.#received = Buffer.alloc(0);
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve(answer);
  }
}

/** The whole answer, or `undefined` while some of it is missing. */
function parse(bytes) {
  const end = bytes.indexOf(HEADER_END);
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const status = Number(head.slice(9, 12));
  const rest = bytes.subarray(end + HEADER_END.length);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return rest.length >= Number(length) ? { status, body: rest } : undefined;
  const body = unchunk(rest);
  return body && { status, body };
}

/** The body of a chunked answer, or `undefined` while some of it is missing. */
function unchunk(bytes) {
  const chunks = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}
