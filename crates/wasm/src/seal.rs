// SPDX-License-Identifier: Apache-2.0
//! Sealing: the header at once, then frames by the host's AES or by this module's.

use edgekms_core::{engine::AesGcmCipher, error::Error, seal::SealedHeader};
use getrandom::SysRng;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::{
    context::to_js_pairs,
    error::to_js,
    keyring::Keyring,
    options::{self, JsPairs, JsSealOptions},
    plan::FramePlan,
};

/// Bytes that a frame adds to its plaintext, at most: a final frame's prefix and the tag.
const FRAME_OVERHEAD: usize = 24 + 16;

/// Seals one message.
#[wasm_bindgen]
pub struct Sealer {
    header: SealedHeader,
    /// Made when the first frame is sealed here: a host's engine needs none.
    cipher: Option<AesGcmCipher>,
}

#[wasm_bindgen]
impl Sealer {
    /// Wraps a new data key and seals the header.
    ///
    /// # Errors
    /// What the options or the keyring give.
    pub async fn start(keyring: &Keyring, options: JsSealOptions) -> Result<Self, JsValue> {
        let options = options::seal(&options)?;
        let header = SealedHeader::start(&*keyring.0, &options, &mut SysRng)
            .await
            .map_err(|error| to_js(&error))?;
        Ok(Self { header, cipher: None })
    }

    /// The complete header.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn header(&self) -> Vec<u8> {
        self.header.bytes().to_vec()
    }

    /// Plaintext bytes of each frame but the last.
    #[wasm_bindgen(getter, js_name = frameLength)]
    #[must_use]
    pub fn frame_length(&self) -> u32 {
        self.header.frame_length()
    }

    /// The whole context, with the format's own pairs.
    #[wasm_bindgen(getter, js_name = encryptionContext)]
    #[must_use]
    pub fn encryption_context(&self) -> JsPairs {
        to_js_pairs(self.header.context()).unchecked_into()
    }

    /// A copy of the frames' key, for the host's engine; the caller wipes it. It is made in
    /// JavaScript at once: a `Vec` would leave another one in WebAssembly memory.
    #[wasm_bindgen(js_name = payloadKey)]
    #[must_use]
    pub fn payload_key(&self) -> Uint8Array {
        self.header.payload_key().expose_secret().into()
    }

    /// Plans the next frame, whose AES the host does.
    ///
    /// # Errors
    /// `InvalidArgument`, `MessageTooLong`.
    #[wasm_bindgen(js_name = next)]
    pub fn next_frame(&mut self, plaintext_length: u32, last: bool) -> Result<FramePlan, JsValue> {
        let length = usize::try_from(plaintext_length).unwrap_or(usize::MAX);
        let plan = self.header.sealer().next(length, last).map_err(|error| to_js(&error))?;
        Ok(FramePlan::to_seal(plan, length, last))
    }

    /// Seals the next frame here.
    ///
    /// # Errors
    /// `InvalidArgument`, `MessageTooLong`.
    #[wasm_bindgen(js_name = sealFrame)]
    pub fn seal_frame(&mut self, plaintext: &[u8], last: bool) -> Result<Vec<u8>, JsValue> {
        let mut out = Vec::with_capacity(plaintext.len() + FRAME_OVERHEAD);
        self.append(plaintext, last, &mut out).map_err(|error| to_js(&error))?;
        Ok(out)
    }

    /// Seals all frames here.
    ///
    /// # Errors
    /// `InvalidArgument`, `MessageTooLong`.
    #[wasm_bindgen(js_name = sealAll)]
    pub fn seal_all(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, JsValue> {
        let length = usize::try_from(self.frame_length()).unwrap_or(usize::MAX);
        let frames = plaintext.len() / length + 1;
        let mut out = Vec::with_capacity(plaintext.len() + frames * FRAME_OVERHEAD);
        let mut rest = plaintext;
        while let Some((frame, after)) = rest.split_at_checked(length)
            && !after.is_empty()
        {
            self.append(frame, false, &mut out).map_err(|error| to_js(&error))?;
            rest = after;
        }
        self.append(rest, true, &mut out).map_err(|error| to_js(&error))?;
        Ok(out)
    }

    fn append(&mut self, plaintext: &[u8], last: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let plan = self.header.sealer().next(plaintext.len(), last)?;
        let cipher = match &mut self.cipher {
            Some(cipher) => cipher,
            none => none.insert(AesGcmCipher::new(self.header.payload_key().expose_secret())?),
        };
        plan.seal(cipher, plaintext, out)
    }
}
