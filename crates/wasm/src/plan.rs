// SPDX-License-Identifier: Apache-2.0
//! One frame, planned: `prefix || AES-GCM(iv, content, aad)`.

use edgekms_core::{
    open::FrameToOpen,
    seal,
    suite::{IV_LEN, TAG_LEN},
};
use wasm_bindgen::prelude::*;

/// What the host needs to seal or open one frame.
#[wasm_bindgen]
pub struct FramePlan {
    prefix: Vec<u8>,
    iv: [u8; IV_LEN],
    aad: Vec<u8>,
    content_len: usize,
    total_len: usize,
    last: bool,
}

impl FramePlan {
    /// Of a frame to seal.
    pub(crate) fn to_seal(plan: seal::FramePlan, content_len: usize, last: bool) -> Self {
        // The longest frame is longer than what 32 bits count; it cannot be in memory either.
        let total_len = content_len.saturating_add(plan.prefix.len() + TAG_LEN);
        Self { prefix: plan.prefix, iv: plan.iv, aad: plan.aad, content_len, total_len, last }
    }

    /// Of a frame to open, which starts with `bytes`.
    pub(crate) fn to_open(plan: &FrameToOpen, bytes: &[u8]) -> Self {
        Self {
            prefix: bytes.get(..plan.prefix_len).unwrap_or_default().to_vec(),
            iv: plan.iv,
            aad: plan.aad.clone(),
            content_len: plan.content_len,
            total_len: plan.total_len,
            last: plan.last,
        }
    }
}

#[wasm_bindgen]
impl FramePlan {
    /// The frame's bytes before the ciphertext.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn prefix(&self) -> Vec<u8> {
        self.prefix.clone()
    }

    /// The IV, 12 bytes.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn iv(&self) -> Vec<u8> {
        self.iv.to_vec()
    }

    /// The additional authenticated data.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn aad(&self) -> Vec<u8> {
        self.aad.clone()
    }

    /// Bytes of plaintext, and of ciphertext without its tag.
    #[wasm_bindgen(getter, js_name = contentLength)]
    #[must_use]
    pub fn content_length(&self) -> usize {
        self.content_len
    }

    /// Bytes of the whole frame.
    #[wasm_bindgen(getter, js_name = totalLength)]
    #[must_use]
    pub fn total_length(&self) -> usize {
        self.total_len
    }

    /// Whether the body ends with this frame.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn last(&self) -> bool {
        self.last
    }
}
