// SPDX-License-Identifier: Apache-2.0
//! The raw AES keyring, the one that needs nobody: all others are TypeScript's, and hand in what they have.

use alloc::boxed::Box;

use edgekms_core::{Error, key::WrappingKey, keyring::RawAesKeyring};
use wasm_bindgen::prelude::*;

use crate::{
    misused::misused,
    slots::{Slot, take_secret},
    state::{State, call},
    wire::Fields,
};

/// A keyring: the area has the namespace and the name (fields), and before them `key_len` bytes of key, which
/// are wiped there.
#[wasm_bindgen]
#[must_use]
pub fn raw_aes_new(key_len: u32, len: u32) -> i32 {
    call(|state| {
        let key = WrappingKey::from_box(take_secret(&mut state.area, key_len)?);
        let mut fields = Fields(state.input(len as usize)?);
        fields.take(key_len as usize)?;
        let keyring = RawAesKeyring::new(fields.text()?, fields.text()?, &key)?;
        state.slots.add(Slot::RawAes(Box::new(keyring)))
    })
}

/// Wraps the data key of a draft, making it first if there is none. Needs 44 random bytes.
#[wasm_bindgen]
#[must_use]
pub fn raw_aes_wrap(draft: u32, keyring: u32) -> i32 {
    call(|state| {
        let State { slots, pool, .. } = state;
        with_keyring(slots, keyring, |slots, keyring| match slots.get(draft)? {
            Slot::Draft(draft) => keyring.wrap_now(&mut draft.1, pool).map(|()| 0),
            _ => Err(misused()),
        })
    })
}

/// Looks for a data key that the keyring wrapped: 1 if there is one, which the header then has, else 0.
#[wasm_bindgen]
#[must_use]
pub fn raw_aes_unwrap(header: u32, keyring: u32) -> i32 {
    call(|state| {
        with_keyring(&mut state.slots, keyring, |slots, keyring| match slots.get(header)? {
            Slot::Prepared(prepared) => {
                let found = keyring.unwrap_now(&prepared.0.materials());
                prepared.1 = match found {
                    Ok(key) => Some(key),
                    Err(Error::NoDataKey { .. }) => return Ok(0),
                    Err(error) => return Err(error),
                };
                Ok(1)
            }
            _ => Err(misused()),
        })
    })
}

/// Takes the keyring out of its slot while it works on another.
fn with_keyring(
    slots: &mut crate::slots::Slots,
    number: u32,
    work: impl FnOnce(&mut crate::slots::Slots, &RawAesKeyring) -> Result<usize, Error>,
) -> Result<usize, Error> {
    let Slot::RawAes(keyring) = slots.take(number)? else { return Err(misused()) };
    let done = work(slots, &keyring);
    *slots.get(number)? = Slot::RawAes(keyring);
    done
}
