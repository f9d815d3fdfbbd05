// SPDX-License-Identifier: Apache-2.0
//! AES-GCM in WebAssembly by itself, so that its vectors can be run here.

use edgekms_core::{
    engine::{AesGcmCipher, FrameCipher},
    error::Error,
    suite::TAG_LEN,
};
use wasm_bindgen::prelude::*;

use crate::error::{invalid_argument, to_js};

/// Encrypts; gives ciphertext and tag.
///
/// # Errors
/// `InvalidArgument` for a key or an IV of another length.
#[wasm_bindgen(js_name = aesGcmSeal)]
pub fn aes_gcm_seal(
    key: &[u8],
    iv: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, JsValue> {
    let iv = iv.try_into().map_err(|_| invalid_argument("an IV has 12 bytes"))?;
    let mut out = Vec::with_capacity(plaintext.len() + TAG_LEN);
    out.extend_from_slice(plaintext);
    let cipher = AesGcmCipher::new(key).map_err(|error| to_js(&error))?;
    let tag = cipher.seal(iv, aad, &mut out).map_err(|error| to_js(&error))?;
    out.extend_from_slice(&tag);
    Ok(out)
}

/// Checks the tag, then decrypts.
///
/// # Errors
/// `InvalidArgument` for a key or an IV of another length, `FrameNotAuthentic` for a wrong tag.
#[wasm_bindgen(js_name = aesGcmOpen)]
pub fn aes_gcm_open(
    key: &[u8],
    iv: &[u8],
    aad: &[u8],
    ciphertext_and_tag: &[u8],
) -> Result<Vec<u8>, JsValue> {
    let iv = iv.try_into().map_err(|_| invalid_argument("an IV has 12 bytes"))?;
    let (ciphertext, tag) = ciphertext_and_tag
        .split_last_chunk::<TAG_LEN>()
        .ok_or_else(|| to_js(&Error::FrameNotAuthentic))?;
    let mut out = ciphertext.to_vec();
    let cipher = AesGcmCipher::new(key).map_err(|error| to_js(&error))?;
    cipher.open(iv, aad, &mut out, tag).map_err(|error| to_js(&error))?;
    Ok(out)
}
