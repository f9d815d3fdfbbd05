// SPDX-License-Identifier: Apache-2.0
//! All that the module keeps between two calls, and how a call's failure becomes a number.

use alloc::vec::Vec;
use core::cell::RefCell;

use edgekms_core::Error;
use wasm_bindgen::prelude::*;

use crate::{misused::misused, pool::Pool, slots::Slots};

#[cfg(target_feature = "atomics")]
compile_error!("the module's state is for one thread");

/// The whole state.
pub(crate) struct State {
    /// Where a call's bytes come in and go out.
    pub(crate) area: Vec<u8>,
    pub(crate) slots: Slots,
    pub(crate) pool: Pool,
    details: [u32; 2],
}

struct OneThread(RefCell<State>);

// SAFETY: without atomics, a WebAssembly module's memory has one thread; natively this crate is only compiled
// and its functions are not called from several threads.
unsafe impl Sync for OneThread {}

static STATE: OneThread = OneThread(RefCell::new(State {
    area: Vec::new(),
    slots: Slots::new(),
    pool: Pool::new(),
    details: [0, 0],
}));

/// What every call gives after one that did not return: its caller's stack, or the memory, was at an end, or it
/// met a defect. The state is half of what it was to be, so nothing is done with it any more.
const BROKEN: i32 = i32::MIN;

/// Runs a call: its result, or the number of its error.
pub(crate) fn call(work: impl FnOnce(&mut State) -> Result<usize, Error>) -> i32 {
    // Nothing calls back into the module while a call runs. One that ended in a trap has the state for ever.
    let Ok(mut state) = STATE.0.try_borrow_mut() else { return BROKEN };
    let done = work(&mut state);
    told(&mut state, done)
}

/// One function for all calls, as each would have a copy.
#[inline(never)]
fn told(state: &mut State, done: Result<usize, Error>) -> i32 {
    // No length has more than 31 bits, and an address with more is as good as none.
    let done = done.and_then(|value| i32::try_from(value).map_err(|_| Error::OutOfMemory));
    done.unwrap_or_else(|error| {
        state.details = error.details();
        -1 - i32::from(error.number())
    })
}

impl State {
    /// Sets what [`core_error_detail`] gives: for results of two numbers.
    pub(crate) fn tell(&mut self, details: [u32; 2]) {
        self.details = details;
    }

    /// The first `len` bytes of the area.
    pub(crate) fn input(&self, len: usize) -> Result<&[u8], Error> {
        self.area.get(..len).ok_or_else(misused)
    }
}

/// A number of the last error's text (`index` 0 or 1), or of a result that has two.
#[wasm_bindgen]
#[must_use]
pub fn core_error_detail(index: u32) -> u32 {
    let state = STATE.0.try_borrow();
    state.map_or(0, |state| state.details.get(index as usize).copied().unwrap_or_default())
}
