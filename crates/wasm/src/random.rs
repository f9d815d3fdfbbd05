// SPDX-License-Identifier: Apache-2.0
//! Randomness, drawn by the host in pieces: a call of `crypto.getRandomValues` costs more than the bytes.

use wasm_bindgen::prelude::*;

use crate::state::call;

/// Bytes that are left. A call that needs more fails with `RandomnessUnavailable`.
#[wasm_bindgen]
#[must_use]
pub fn random_left() -> i32 {
    call(|state| Ok(state.pool.left()))
}

/// Fills the pool with the first 1,024 bytes of the area, which it wipes there.
#[wasm_bindgen]
#[must_use]
pub fn random_give() -> i32 {
    call(|state| state.pool.refill(&mut state.area))
}
