// SPDX-License-Identifier: Apache-2.0
/** One caller, who sends signed calls over one connection, one after another. */
import { signedRequests } from "./calls.mjs";
import { Connection } from "./connection.mjs";

export class Caller {
  #connection;
  #target;

  /** @param {{ address: string, region: string, credentials: object }} worker */
  static async open({ address, region, credentials }) {
    const { host, hostname, port } = new URL(address);
    return new Caller(await Connection.open(hostname, Number(port)), { host, region, credentials });
  }

  constructor(connection, target) {
    this.#connection = connection;
    this.#target = target;
  }

  /** The bytes of a call, to be sent once. */
  sign(action, parameters) {
    const [request] = signedRequests(this.#target, { dialect: "alibaba", action, parameters }, 1);
    return request;
  }

  /** @param {Buffer} request */
  send(request) {
    return this.#connection.send(request);
  }

  /** The answer to a call that must be a good one. */
  async call(action, parameters) {
    const { status, body } = await this.send(this.sign(action, parameters));
    if (status !== 200) throw new Error(`${action}: status ${status}: ${body.toString().slice(0, 300)}`);
    return JSON.parse(body);
  }

  close() {
    this.#connection.close();
  }
}
