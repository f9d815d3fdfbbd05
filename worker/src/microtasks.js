// SPDX-License-Identifier: Apache-2.0
// Rust's futures go on by `queueMicrotask`. workerd's own makes a function anew for each: that was a tenth of
// a call's time. A settled promise's reaction is a microtask too. To be imported before the built module.

globalThis.queueMicrotask = (work) => {
  Promise.resolve().then(() => {
    try {
      work();
    } catch (error) {
      // As of a microtask: the built module listens for this, and begins anew after a panic.
      reportError(error);
    }
  });
};
