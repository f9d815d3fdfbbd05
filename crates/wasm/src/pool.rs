// SPDX-License-Identifier: Apache-2.0
//! Random bytes, kept until they are used.

use edgekms_core::{Error, key::Randomness};
use zeroize::Zeroize;

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

    /// Bytes that are left.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// Takes new ones for all that it holds, from the first bytes there, which it wipes; gives their number.
    pub(crate) fn refill(&mut self, from: &mut [u8]) -> Result<usize, Error> {
        let given = from.get_mut(..CAPACITY).ok_or(Error::RandomnessUnavailable)?;
        self.bytes.copy_from_slice(given);
        given.zeroize();
        self.left = CAPACITY;
        Ok(CAPACITY)
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
