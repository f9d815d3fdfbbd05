// SPDX-License-Identifier: Apache-2.0
//! The area: the one place where bytes cross.

use alloc::vec::Vec;

use edgekms_core::Error;
use wasm_bindgen::prelude::*;

use crate::state::{State, call};

/// Bytes that the area has at least.
const LEAST: usize = 64 * 1024;
/// Bytes that it has at the most: addresses that cross have 31 bits.
const MOST: usize = 1 << 30;
/// Bytes that it keeps when a message is over.
const KEPT: usize = 1024 * 1024;

/// Makes room for `len` bytes, and gives the area's address, which every call may change. What is in the area
/// stays, unless the room had to be made.
///
/// A length that does not fit into 32 bits is refused, and not cut off: for that it comes as it is in JavaScript.
#[wasm_bindgen]
#[must_use]
pub fn area(len: f64) -> i32 {
    call(|state| {
        // Beyond `usize` it is `usize`'s greatest.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked in `make_room`"
        )]
        state.make_room(len as usize)?;
        Ok(state.area.as_ptr() as usize)
    })
}

impl State {
    fn make_room(&mut self, len: usize) -> Result<(), Error> {
        if self.area.len() >= len && !self.area.is_empty() {
            return Ok(());
        }
        let len = len.max(LEAST);
        // The old one goes before there is a new one. What is in it is wiped by whoever put a secret there.
        self.area = Vec::new();
        if len > MOST || self.area.try_reserve_exact(len).is_err() {
            return Err(Error::OutOfMemory);
        }
        self.area.resize(len, 0);
        Ok(())
    }

    /// Puts a result at the start of the area; gives its length.
    pub(crate) fn output(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        self.make_room(bytes.len())?;
        if let Some(area) = self.area.get_mut(..bytes.len()) {
            area.copy_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    /// Gives back what a long piece needed. Only between messages: a result waits in the area to be read.
    pub(crate) fn give_room_back(&mut self) {
        if self.area.len() > KEPT {
            self.area = Vec::new();
        }
    }
}
