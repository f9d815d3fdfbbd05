// SPDX-License-Identifier: Apache-2.0

/**
 * Messages that are not what was sealed, through the public package: each gets a code that says
 * what is wrong, from every AES engine, whole and as a stream, and not one byte of plaintext that
 * was not authentic.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EdgekmsError, Envelope, inspect, rawAesKeyring, rawRsaKeyring } from "edgekms";
import { concatBytes, patternedBytes, utf8 } from "../lib/bytes.mjs";
import { rejectsWithCode } from "../lib/expect.mjs";
import { cut, join, renumbered } from "../lib/message.mjs";
import { pump } from "../lib/pump.mjs";
import { rsaKeyPair } from "../lib/rsa.mjs";

const ENGINES = ["node", "webcrypto", "wasm"];
const KEY = { namespace: "bad-input", name: "messages", wrappingKey: patternedBytes(32, 13) };
const FRAME = 16;
// Three whole frames and a short last one.
const PLAINTEXT = patternedBytes(3 * FRAME + 5, 4);
const CONTEXT = { album: "42" };

function envelope(engine = "auto", options = {}) {
  return new Envelope({ keyring: rawAesKeyring(KEY), frameLength: FRAME, engine, ...options });
}

const seal = (options) => envelope("auto", options).encrypt(PLAINTEXT, { encryptionContext: CONTEXT });
const message = await seal();
const other = await seal();
const signed = await seal({ suite: 0x0578 });
const pieces = cut(message);
const otherPieces = cut(other);
const signedPieces = cut(signed);
const [first, second, third, last] = pieces.frames;

/** The message is refused with this code by every engine, whole and as a stream. */
async function refused(bytes, codes, { released = 0, open = {} } = {}) {
  for (const engine of ENGINES) {
    await rejectsWithCode(envelope(engine).decrypt(bytes, open), codes, `whole, ${engine}`);
    for (const sizes of [[bytes.length || 1], [1]]) {
      const outcome = await pump(envelope(engine).decryptStream(open), bytes, sizes);
      const what = `stream of chunks of ${sizes}, ${engine}`;
      assert.ok(outcome.readError instanceof EdgekmsError, `${what}: ${outcome.readError?.stack}`);
      assert.ok([codes].flat().includes(outcome.readError.code), `${what}: ${outcome.readError.code}`);
      assert.ok(outcome.released.length <= released * FRAME, `${what}: released ${outcome.released.length}`);
      assert.deepEqual(outcome.released, PLAINTEXT.slice(0, outcome.released.length), what);
    }
  }
}

test("the messages that these tests change open as they are", async () => {
  for (const bytes of [message, other, signed, join(pieces)]) {
    for (const engine of ENGINES) {
      assert.deepEqual((await envelope(engine).decrypt(bytes)).plaintext, PLAINTEXT);
    }
  }
});

describe("truncated", () => {
  test("at every length from nothing to one byte short: TruncatedMessage", async () => {
    for (const bytes of [message, signed]) {
      for (let length = 0; length < bytes.length; length += 1) {
        const engine = ENGINES[length % ENGINES.length];
        await rejectsWithCode(envelope(engine).decrypt(bytes.slice(0, length)), "TruncatedMessage", `${length} bytes`);
      }
    }
  });

  test("a missing last frame: TruncatedMessage", () =>
    refused(join({ ...pieces, frames: [first, second, third] }), "TruncatedMessage", { released: 3 }));

  test("a missing signature: TruncatedMessage", () =>
    refused(join({ ...signedPieces, footer: new Uint8Array(0) }), "TruncatedMessage", { released: 3 }));

  test("a signature that claims more bytes than follow: TruncatedMessage", () => {
    const footer = signedPieces.footer.slice();
    footer[1] += 1;
    return refused(join({ ...signedPieces, footer }), "TruncatedMessage", { released: 3 });
  });
});

describe("padded", () => {
  for (const [name, tail] of [
    ["a zero byte", new Uint8Array(1)],
    ["a line feed", utf8("\n")],
    ["a second message", other],
    ["its last frame again", last],
  ]) {
    test(`${name} behind it: TrailingBytes`, () =>
      refused(concatBytes([message, tail]), "TrailingBytes", { released: 4 }));
    test(`${name} behind a signed one: TrailingBytes`, () =>
      refused(concatBytes([signed, tail]), "TrailingBytes", { released: 4 }));
  }

  test("a byte before it: MalformedHeader", () => refused(concatBytes([new Uint8Array(1), message]), "MalformedHeader"));

  test("a byte between two frames: FrameOutOfOrder", () =>
    refused(join({ ...pieces, frames: [first, new Uint8Array(1), second, third, last] }), "FrameOutOfOrder", { released: 1 }));
});

describe("reordered, repeated and lost frames", () => {
  const cases = [
    ["two frames exchanged", [second, first, third, last], 0, "FrameOutOfOrder"],
    ["the second and third exchanged", [first, third, second, last], 1, "FrameOutOfOrder"],
    ["a frame repeated", [first, first, second, third, last], 1, "FrameOutOfOrder"],
    ["a frame lost", [first, third, last], 1, "FrameOutOfOrder"],
    ["the last frame too early", [first, last], 1, "FrameOutOfOrder"],
    ["only the last frame", [last], 0, "FrameOutOfOrder"],
    // Numbered to fit its new place, it is in order and a forgery.
    ["two frames exchanged and renumbered", [renumbered(second, 1), renumbered(first, 2), third, last], 0, "FrameNotAuthentic"],
    ["a frame repeated and renumbered", [first, renumbered(first, 2), third, last], 1, "FrameNotAuthentic"],
  ];
  for (const [name, frames, released, code] of cases) {
    test(`${name}: ${code}`, () => refused(join({ ...pieces, frames }), code, { released }));
  }
});

describe("pieces of two messages under the same key and context", () => {
  test("one frame of another message: FrameNotAuthentic", () =>
    refused(join({ ...pieces, frames: [first, otherPieces.frames[1], third, last] }), "FrameNotAuthentic", { released: 1 }));

  test("the last frame of another message: FrameNotAuthentic", () =>
    refused(join({ ...pieces, frames: [first, second, third, otherPieces.frames[3]] }), "FrameNotAuthentic", { released: 3 }));

  test("the header of one message on the body of another: FrameNotAuthentic", () =>
    refused(join({ ...otherPieces, header: pieces.header }), "FrameNotAuthentic"));

  test("the signature of another message: SignatureNotValid", async () => {
    const { footer } = cut(await seal({ suite: 0x0578 }));
    await refused(join({ ...signedPieces, footer }), "SignatureNotValid", { released: 3 });
  });

  test("the data key of another message: HeaderNotAuthentic", async () => {
    // Same lengths, so the other message's IV and encrypted data key fit into this header. Behind
    // them come content type, frame length, commitment and tag.
    const dataKeyOf = ({ header }) => {
      const tail = 1 + 4 + 32 + 16;
      const length = 12 + 2 + 32 + 16;
      return [header.length - tail - length, header.length - tail];
    };
    const [start, end] = dataKeyOf(pieces);
    const header = pieces.header.slice();
    header.set(otherPieces.header.slice(start, end), start);
    await refused(join({ ...pieces, header }), "HeaderNotAuthentic");
  });
});

describe("one byte changed", () => {
  for (const [name, bytes] of [
    ["0x0478", message],
    ["0x0578", signed],
  ]) {
    test(`every byte of ${name}, one bit each: never opens`, async () => {
      for (let offset = 0; offset < bytes.length; offset += 1) {
        const changed = bytes.with(offset, bytes[offset] ^ (1 << offset % 8));
        const engine = ENGINES[offset % ENGINES.length];
        await assert.rejects(
          envelope(engine, { commitmentPolicy: "require-encrypt-allow-decrypt" }).decrypt(changed),
          (error) => error instanceof EdgekmsError,
          `byte ${offset}`,
        );
      }
    });
  }

  test("in the IV of a frame, which follows from its place: MalformedFrame", () =>
    refused(join({ ...pieces, frames: [first.with(4, 1), second, third, last] }), "MalformedFrame"));

  test("in the ciphertext or the tag of a frame: FrameNotAuthentic", async () => {
    for (const offset of [4 + 12, first.length - 1]) {
      const frames = [first.with(offset, first[offset] ^ 0x80), second, third, last];
      await refused(join({ ...pieces, frames }), "FrameNotAuthentic");
    }
  });

  test("in the header's tag: HeaderNotAuthentic", () => {
    const header = pieces.header.slice();
    header[header.length - 1] ^= 1;
    return refused(join({ ...pieces, header }), "HeaderNotAuthentic");
  });

  test("in the commitment: HeaderNotAuthentic", () => {
    const header = pieces.header.slice();
    header[header.length - 17] ^= 1;
    return refused(join({ ...pieces, header }), "HeaderNotAuthentic");
  });

  test("in the signature: SignatureNotValid", () => {
    const footer = signedPieces.footer.slice();
    footer[footer.length - 1] ^= 1;
    return refused(join({ ...signedPieces, footer }), "SignatureNotValid", { released: 3 });
  });
});

describe("frames that contradict the header", () => {
  // The last frame's content length: the last four bytes of its prefix.
  const claiming = (length) => join({ ...pieces, frames: [first, second, third, last.with(23, length)] });

  test("a last frame longer than the frame length: MalformedFrame", () =>
    refused(claiming(FRAME + 1), "MalformedFrame", { released: 3 }));
  test("a last frame that claims more than it has: TruncatedMessage", () =>
    refused(claiming(6), "TruncatedMessage", { released: 3 }));
  // Both are true, and an engine that works in the background finds the second one first.
  test("a last frame that claims less than it has: FrameNotAuthentic or TrailingBytes", () =>
    refused(claiming(4), ["FrameNotAuthentic", "TrailingBytes"], { released: 3 }));
});

describe("headers that are not headers", () => {
  const contextAt = pieces.header.indexOf("a".charCodeAt(0), 35);
  const cases = [
    ["text", utf8("this is not a message at all, it is a sentence of some length"), "MalformedHeader"],
    ["another version", message.with(0, 3), "MalformedHeader"],
    ["a suite that does not exist", message.with(2, 0x79), "UnsupportedSuite"],
    ["a content type that does not exist", message.with(pieces.header.length - 53, 7), "MalformedHeader"],
    ["a context that is not UTF-8", message.with(contextAt, 0xff), "MalformedHeader"],
    ["a frame length of 0", message.with(pieces.header.length - 49, 0), "MalformedHeader"],
    ["65,535 data keys claimed in 100 bytes", claims65535Keys(), "TruncatedMessage"],
  ];
  for (const [name, bytes, code] of cases) {
    test(`${name}: ${code}`, () => refused(bytes, code));
  }

  test("inspection refuses them too, and reads the whole ones", async () => {
    await rejectsWithCode(inspect(message.with(0, 3)), "MalformedHeader");
    await rejectsWithCode(inspect(message.slice(0, 40)), "TruncatedMessage");
    assert.equal((await inspect(message)).suite, 0x0478);
  });

  /** A header that promises as many keys as the count can say and ends after the first bytes. */
  function claims65535Keys() {
    // Version 2: version, suite, message id, then the context and the count.
    const prefix = message.slice(0, 35);
    return concatBytes([prefix, new Uint8Array([0, 0]), new Uint8Array([0xff, 0xff]), patternedBytes(61)]);
  }
});

describe("the right message for somebody else", () => {
  test("a pair of the context with another value: ContextMismatch", () =>
    refused(message, "ContextMismatch", { open: { encryptionContext: { album: "43" } } }));

  test("a pair that the message does not have, so that nothing authenticates it: NoDataKey", () =>
    refused(message, "NoDataKey", { open: { encryptionContext: { ...CONTEXT, owner: "eve" } } }));

  // RSA wraps a data key without the context, so there the header is what does not fit.
  for (const [kind, keyring, code] of [
    ["AES", rawAesKeyring(KEY), "NoDataKey"],
    ["RSA", rawRsaKeyring({ namespace: "bad-input", name: "rsa", padding: "oaep-sha256", ...rsaKeyPair() }), "HeaderNotAuthentic"],
  ]) {
    test(`a required pair that is not given again, or is another, under ${kind}: ${code}`, async () => {
      const rebound = new Envelope({ keyring });
      const sealed = await rebound.encrypt(PLAINTEXT, {
        encryptionContext: { ...CONTEXT, tenant: "blue" },
        requiredContextKeys: ["tenant"],
      });
      const open = (encryptionContext) => rebound.decrypt(sealed, { encryptionContext });
      assert.ok(!Buffer.from(sealed).includes("blue"), "a required pair is not stored");
      assert.deepEqual((await open({ tenant: "blue" })).plaintext, PLAINTEXT);
      for (const context of [{}, { tenant: "red" }, { Tenant: "blue" }, { tenant: "blue", owner: "eve" }]) {
        await rejectsWithCode(open(context), code, JSON.stringify(context));
      }
      await rejectsWithCode(open({ tenant: "blue", album: "43" }), "ContextMismatch");
    });
  }

  test("another wrapping key of the same name: NoDataKey", async () => {
    const stranger = rawAesKeyring({ ...KEY, wrappingKey: patternedBytes(32, 14) });
    await rejectsWithCode(new Envelope({ keyring: stranger }).decrypt(message), "NoDataKey");
  });

  test("the same wrapping key of another name: NoDataKey", async () => {
    const stranger = rawAesKeyring({ ...KEY, name: "message" });
    await rejectsWithCode(new Envelope({ keyring: stranger }).decrypt(message), "NoDataKey");
  });
});
