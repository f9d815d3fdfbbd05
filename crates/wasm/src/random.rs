// SPDX-License-Identifier: Apache-2.0
//! Randomness, drawn by the host in pieces: a call of `crypto.getRandomValues` costs more than the bytes.

use edgekms_core::{Error, key::Randomness};
use wasm_bindgen::prelude::*;
use zeroize::Zeroize;

use crate::state::call;

/// Bytes that the pool holds.
const CAPACITY: usize = 1024;

/// Random bytes that wait to be used. Each is given out once, and wiped here as it goes.
pub(crate) struct Pool {
    bytes: [u8; CAPACITY],
    left: usize,
}

impl Pool {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], left: 0 }
    }
}

impl Randomness for Pool {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        let start = self.left.checked_sub(bytes.len()).ok_or(Error::RandomnessUnavailable)?;
        let drawn = self.bytes.get_mut(start..self.left).ok_or(Error::RandomnessUnavailable)?;
        bytes.copy_from_slice(drawn);
        drawn.zeroize();
        self.left = start;
        Ok(())
    }
}

/// Bytes that are left. A call that needs more fails with `RandomnessUnavailable`.
#[wasm_bindgen]
#[must_use]
pub fn random_left() -> i32 {
    call(|state| Ok(state.pool.left))
}

/// Fills the pool with the first 1,024 bytes of the area, which it wipes there.
#[wasm_bindgen]
#[must_use]
pub fn random_give() -> i32 {
    call(|state| {
        let given = state.area.get_mut(..CAPACITY).ok_or(Error::RandomnessUnavailable)?;
        state.pool.bytes.copy_from_slice(given);
        given.zeroize();
        state.pool.left = CAPACITY;
        Ok(CAPACITY)
    })
}
