// SPDX-License-Identifier: Apache-2.0
//! The area: the one place where bytes cross.

use wasm_bindgen::prelude::*;

use crate::state::{State, call};

/// Bytes that the area keeps; what a long piece needed beyond them is given back at the next short one.
const KEPT: usize = 64 * 1024;

/// Makes room for `len` bytes, and gives the area's address, which every call may change.
#[wasm_bindgen]
#[must_use]
pub fn area(len: u32) -> i32 {
    call(|state| {
        let len = len as usize;
        if len <= KEPT && state.area.len() > 16 * KEPT {
            state.area = alloc::vec::Vec::new();
        }
        if state.area.len() < len.max(KEPT) {
            // What is in the old one is wiped by whoever put a secret there, so it may be left behind.
            state.area.resize(len.max(KEPT), 0);
        }
        Ok(state.area.as_ptr() as usize)
    })
}

impl State {
    /// Puts a result at the start of the area; gives its length.
    pub(crate) fn output(&mut self, bytes: &[u8]) -> usize {
        if self.area.len() < bytes.len() {
            self.area.resize(bytes.len(), 0);
        }
        if let Some(area) = self.area.get_mut(..bytes.len()) {
            area.copy_from_slice(bytes);
        }
        bytes.len()
    }
}
