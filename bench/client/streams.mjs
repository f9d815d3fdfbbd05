// SPDX-License-Identifier: Apache-2.0
/** Where a stream of the benchmark comes from and where it goes; each contender takes the form that suits it. */
import { PIECE } from "./plan.mjs";

/** Pieces, which are there already; iterable, or as a web stream. */
export class Source {
  #pieces;

  /**
   * @param {() => Iterable<Uint8Array>} pieces
   * @param {unknown} [beside] what the sealer put beside the stream, see `Sink`.
   */
  constructor(pieces, beside) {
    this.#pieces = pieces;
    this.beside = beside;
  }

  /** `piece`, over and over, until `total` bytes have come. */
  static repeat(piece, total) {
    return new Source(function* () {
      for (let left = total; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece;
    });
  }

  [Symbol.iterator]() {
    return this.#pieces()[Symbol.iterator]();
  }

  /** One piece whenever it is asked for. */
  web() {
    const pieces = this[Symbol.iterator]();
    return new ReadableStream({
      pull(controller) {
        const { done, value } = pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
  }
}

/** Counts what comes and lets go of it. */
export class Sink {
  length = 0;
  /** What a contender needs to open the stream and has no place for in it. */
  beside;

  /** @param {Uint8Array} bytes */
  take(bytes) {
    this.length += bytes.length;
  }

  web() {
    return new WritableStream({ write: (bytes) => this.take(bytes) });
  }
}

/** Keeps what comes, in pieces as large as those of a file. */
export class Gatherer extends Sink {
  pieces = [];
  #piece;
  #used = 0;
  #length;

  constructor(length = PIECE) {
    super();
    this.#length = length;
  }

  take(bytes) {
    super.take(bytes);
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === 0) this.pieces.push((this.#piece = new Uint8Array(this.#length)));
      const taken = Math.min(this.#length - this.#used, bytes.length - at);
      this.#piece.set(bytes.subarray(at, at + taken), this.#used);
      at += taken;
      this.#used = (this.#used + taken) % this.#length;
    }
  }

  /** What has come so far. */
  source() {
    const { pieces } = this;
    const last = this.#used;
    return new Source(function* () {
      for (const [at, piece] of pieces.entries()) {
        yield at === pieces.length - 1 && last > 0 ? piece.subarray(0, last) : piece;
      }
    }, this.beside);
  }
}
