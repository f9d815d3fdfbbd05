// SPDX-License-Identifier: Apache-2.0
//! What is done with a message whether it is sealed or opened: its key is lent to an engine of the host, and it ends.

use wasm_bindgen::prelude::*;

use crate::{
    misused::misused,
    slots::{Slot, put_secret},
    state::{State, call},
};

/// Ends what a slot holds; its keys are wiped. The number must not be used again by whoever frees it.
#[wasm_bindgen]
#[must_use]
pub fn free(slot: u32) -> i32 {
    call(|state| {
        state.slots.free(slot)?;
        state.give_room_back();
        Ok(0)
    })
}

/// Puts the key of a message's frames into the area, for an engine of the host. Whoever reads it wipes it there.
#[wasm_bindgen]
#[must_use]
pub fn payload_key(slot: u32) -> i32 {
    call(|state| {
        let State { slots, area, .. } = state;
        let key = match slots.get(slot)? {
            Slot::Sealing(header) => header.payload_key(),
            Slot::Opening(opening) => opening.0.payload_key(),
            _ => return Err(misused()),
        };
        put_secret(area, key.expose_secret())
    })
}
