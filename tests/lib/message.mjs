// SPDX-License-Identifier: Apache-2.0

/**
 * Cuts a framed message into the pieces that the specification names and puts pieces together
 * again, in whatever wrong order a test wants. The header is measured by the AWS SDK's own reader,
 * so that a cut never depends on the code under test.
 */

import { NodeAlgorithmSuite } from "@aws-crypto/client-node";
import { decodeBodyHeader, deserializeFactory } from "@aws-crypto/serialize";
import { concatBytes } from "./bytes.mjs";

const { deserializeMessageHeader } = deserializeFactory(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  NodeAlgorithmSuite,
);

/**
 * @typedef {object} Pieces
 * @property {Uint8Array} header with its authentication
 * @property {Uint8Array[]} frames each whole: prefix, ciphertext and tag
 * @property {Uint8Array} footer empty where the suite does not sign
 */

/**
 * @param {Uint8Array} message
 */
export function readHeader(message) {
  const info = deserializeMessageHeader(message);
  if (!info) throw new Error("the header is not whole");
  return { ...info, length: info.rawHeader.byteLength + info.headerAuth.headerAuthLength };
}

/**
 * @param {Uint8Array} message
 * @returns {Pieces}
 */
export function cut(message) {
  const header = readHeader(message);
  const frames = [];
  let offset = header.length;
  for (let last = false; !last; ) {
    const frame = decodeBodyHeader(message, header, offset);
    if (!frame) throw new Error("the body is not whole");
    const end = frame.readPos + frame.contentLength + frame.tagLength / 8;
    frames.push(message.slice(offset, end));
    offset = end;
    last = frame.isFinalFrame;
  }
  return { header: message.slice(0, header.length), frames, footer: message.slice(offset) };
}

/**
 * @param {Pieces} pieces
 * @returns {Uint8Array}
 */
export function join({ header, frames, footer }) {
  return concatBytes([header, ...frames, footer]);
}

/**
 * A regular frame that claims another place: its sequence number and the IV that follows from it.
 *
 * @param {Uint8Array} frame
 * @param {number} sequenceNumber
 */
export function renumbered(frame, sequenceNumber) {
  const copy = frame.slice();
  const view = new DataView(copy.buffer);
  view.setUint32(0, sequenceNumber);
  view.setUint32(12, sequenceNumber);
  return copy;
}
