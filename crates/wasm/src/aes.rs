// SPDX-License-Identifier: Apache-2.0
//! AES-GCM of one piece in this module: for short frames, and where the host has nothing faster.

use alloc::boxed::Box;

use edgekms_core::{
    Error,
    engine::{AesGcmCipher, FrameCipher},
    suite::{IV_LEN, TAG_LEN},
};
use wasm_bindgen::prelude::*;

use crate::{
    misused::misused,
    slots::{Slot, Slots, take_secret},
    state::{State, call},
};

/// A cipher of its own, under the first `key_len` bytes of the area, which are wiped there. Messages have
/// theirs; this one is for whoever has only a key.
#[wasm_bindgen]
#[must_use]
pub fn aes_new(key_len: u32) -> i32 {
    call(|state| {
        let key = zeroize::Zeroizing::new(take_secret(&mut state.area, key_len)?);
        let cipher = AesGcmCipher::new(&key)?;
        state.slots.add(Slot::Cipher(Box::new(cipher)))
    })
}

/// The area has IV, AAD, plaintext: encrypts in place, and puts the tag behind. Gives the length of ciphertext
/// and tag, which begin after the AAD.
#[wasm_bindgen]
#[must_use]
pub fn aes_seal(slot: u32, aad_len: u32, len: u32) -> i32 {
    call(|state| {
        let State { slots, area, .. } = state;
        let (iv, aad, rest) = split(area, aad_len)?;
        let len = len as usize;
        let (text, tag_place) = rest.split_at_mut_checked(len).ok_or_else(misused)?;
        let tag = cipher(slots, slot)?.seal(iv, aad, text)?;
        tag_place.get_mut(..TAG_LEN).ok_or_else(misused)?.copy_from_slice(&tag);
        Ok(len + TAG_LEN)
    })
}

/// The area has IV, AAD, ciphertext and tag (`len` bytes together): checks the tag, then decrypts in place.
/// Gives the length of the plaintext, which begins after the AAD.
#[wasm_bindgen]
#[must_use]
pub fn aes_open(slot: u32, aad_len: u32, len: u32) -> i32 {
    call(|state| {
        let State { slots, area, .. } = state;
        let (iv, aad, rest) = split(area, aad_len)?;
        let sealed = rest.get_mut(..len as usize).ok_or_else(misused)?;
        let (text, tag) =
            sealed.split_last_chunk_mut::<TAG_LEN>().ok_or(Error::FrameNotAuthentic)?;
        cipher(slots, slot)?.open(iv, aad, text, tag)?;
        Ok(text.len())
    })
}

type Parts<'a> = (&'a [u8; IV_LEN], &'a [u8], &'a mut [u8]);

fn split(area: &mut [u8], aad_len: u32) -> Result<Parts<'_>, Error> {
    let (iv, rest) = area.split_first_chunk_mut::<IV_LEN>().ok_or_else(misused)?;
    let (aad, rest) = rest.split_at_mut_checked(aad_len as usize).ok_or_else(misused)?;
    Ok((iv, aad, rest))
}

fn cipher(slots: &mut Slots, slot: u32) -> Result<&AesGcmCipher, Error> {
    match slots.get(slot)? {
        Slot::Cipher(cipher) => Ok(cipher),
        Slot::Sealing(header) => Ok(header.cipher()),
        Slot::Opening(opening) => Ok(opening.0.cipher()),
        _ => Err(misused()),
    }
}
