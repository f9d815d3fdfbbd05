// SPDX-License-Identifier: Apache-2.0
// Made by `cargo xtask generate` from the table of actions: change that, not this.
/** Numbers of what TypeScript refuses by itself, in the core's words. */
export const FRAME_NOT_AUTHENTIC = 2;
export const NO_DATA_KEY = 11;
export const TRAILING_BYTES = 17;
export const TRUNCATED_MESSAGE = 18;
