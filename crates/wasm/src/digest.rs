// SPDX-License-Identifier: Apache-2.0
//! What the client's request signatures need: SHA-256 and HMAC-SHA-256, which are here anyway for the suites.

use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;

use crate::{misused::misused, slots::put_secret, state::call};

/// Bytes of a result.
const LEN: usize = 32;

/// Hashes the first `len` bytes of the area; puts the 32 bytes at its start.
#[wasm_bindgen]
#[must_use]
pub fn sha256(len: u32) -> i32 {
    call(|state| {
        let hash: [u8; LEN] = Sha256::digest(state.input(len as usize)?).into();
        put_secret(&mut state.area, &hash)
    })
}

/// The area has a key of `key_len` bytes, then a message of `len`: puts the 32 bytes of the code at its start.
#[wasm_bindgen]
#[must_use]
pub fn hmac_sha256(key_len: u32, len: u32) -> i32 {
    call(|state| {
        let input = state.input((key_len as usize).saturating_add(len as usize))?;
        let (key, message) = input.split_at_checked(key_len as usize).ok_or_else(misused)?;
        // HKDF's extraction is HMAC itself (RFC 5869, 2.2), and its code is here for the suites.
        let (code, _) = Hkdf::<Sha256>::extract(Some(key), message);
        let code: [u8; LEN] = code.into();
        put_secret(&mut state.area, &code)
    })
}
