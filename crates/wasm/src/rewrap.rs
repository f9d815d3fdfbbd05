// SPDX-License-Identifier: Apache-2.0
//! Another header for a message that exists ([`edgekms_core::rewrap`]): opened like any, then filled like a draft.

use alloc::{boxed::Box, vec::Vec};

use edgekms_core::{Error, rewrap};
use wasm_bindgen::prelude::*;

use crate::{
    slots::Slot,
    state::{State, call, misused},
};

/// Checks a prepared header with its data key, as `open_header` does. The slot then takes new wrapped forms of that
/// key, as a draft does.
#[wasm_bindgen]
#[must_use]
pub fn rewrap_begin(slot: u32) -> i32 {
    call(|state| {
        let Slot::Prepared(prepared) = state.slots.take(slot)? else { return Err(misused()) };
        let (prepared, key) = *prepared;
        let key = key.ok_or(Error::NoDataKey { causes: Vec::new() })?;
        *state.slots.get(slot)? = Slot::Rewrap(Box::new(rewrap::begin(prepared, key)?));
        Ok(0)
    })
}

/// Puts the new header into the area, which has a byte for each of the `count` old encrypted data keys: 0 if it goes.
/// `limit` is the most encrypted data keys (from 65,536: the format's). Needs 12 random bytes.
#[wasm_bindgen]
#[must_use]
pub fn rewrap_header(slot: u32, count: u32, limit: u32) -> i32 {
    call(|state| {
        let Slot::Rewrap(rewrap) = state.slots.take(slot)? else { return Err(misused()) };
        let (header, materials) = *rewrap;
        let State { area, pool, .. } = state;
        let stays = area.get(..count as usize).ok_or_else(misused)?;
        let keep = |at: usize, _: &_| stays.get(at).is_some_and(|stays| *stays != 0);
        let limit = u16::try_from(limit).ok();
        let bytes = rewrap::finish(header, materials, keep, limit, pool)?;
        Ok(state.output(&bytes))
    })
}
