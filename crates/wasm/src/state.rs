// SPDX-License-Identifier: Apache-2.0
//! All that the module keeps between two calls, and how a call's failure becomes a number.

use alloc::vec::Vec;
use core::cell::RefCell;

use edgekms_core::{Error, Reason};
use wasm_bindgen::prelude::*;

use crate::{random::Pool, slots::Slots};

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

/// Runs a call: its result, or the number of its error.
pub(crate) fn call(work: impl FnOnce(&mut State) -> Result<usize, Error>) -> i32 {
    // Nothing calls back into the module while a call runs, so this never fails.
    let Ok(mut state) = STATE.0.try_borrow_mut() else { return refused(&mut [0, 0], &misused()) };
    match work(&mut state) {
        Ok(value) => i32::try_from(value).unwrap_or(i32::MAX),
        Err(error) => refused(&mut state.details, &error),
    }
}

fn refused(details: &mut [u32; 2], error: &Error) -> i32 {
    *details = error.details();
    -1 - i32::from(error.number())
}

/// A call that the package's own JavaScript does not make.
pub(crate) fn misused() -> Error {
    Error::InvalidArgument { reason: Reason::Misused }
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
