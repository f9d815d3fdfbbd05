// SPDX-License-Identifier: Apache-2.0

/** Work finishes in any order, results come out in the order it was given, and only so many run. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { InOrder } from "../../pkg/dist/stream/in-order.js";

const later = (millis, value) => new Promise((resolve) => setTimeout(() => resolve(value), millis));

test("the slow first one comes out first", async () => {
  const seen = [];
  const pipeline = new InOrder(4, (value) => void seen.push(value));
  await pipeline.add(later(30, 1));
  await pipeline.add(later(1, 2));
  await pipeline.add(later(10, 3));
  await pipeline.drain();
  assert.deepEqual(seen, [1, 2, 3]);
});

test("no more than the limit are in flight", async () => {
  let running = 0;
  let most = 0;
  const pipeline = new InOrder(3, () => {});
  const work = async () => {
    most = Math.max(most, ++running);
    await later(2);
    running -= 1;
  };
  for (let i = 0; i < 20; i += 1) await pipeline.add(work());
  await pipeline.drain();
  assert.equal(most, 3);
});

test("after a failure nothing more is delivered", async () => {
  const seen = [];
  const pipeline = new InOrder(4, (value) => void seen.push(value));
  await pipeline.add(later(1, 1));
  await pipeline.add(later(5).then(() => Promise.reject(new Error("no"))));
  await pipeline.add(later(1, 3));
  await assert.rejects(pipeline.drain(), /no/);
  assert.deepEqual(seen, [1]);
});

test("synchronous work is delivered at once", () => {
  const seen = [];
  const pipeline = new InOrder(4, (value) => void seen.push(value));
  assert.equal(pipeline.add(1), undefined);
  assert.deepEqual(seen, [1]);
});
