// SPDX-License-Identifier: Apache-2.0
//! Deterministic encryption of one field's values.

use edgekms_lookup::{Error, FieldCipher, LookupKey};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::error::thrown;

/// One field of a look-up key. Its key is wiped when it is freed.
#[wasm_bindgen]
pub struct LookupField(FieldCipher);

#[wasm_bindgen]
impl LookupField {
    /// The cipher of a field in a namespace, under a look-up key of 64 bytes; wipes its own copy of them.
    ///
    /// # Errors
    /// `InvalidArgument` for a key of another length, and for names that are none.
    #[wasm_bindgen(constructor)]
    pub fn new(lookup_key: Vec<u8>, namespace: &str, field: &str) -> Result<Self, JsValue> {
        let lookup_key = Zeroizing::new(lookup_key);
        let cipher = LookupKey::from_bytes(&lookup_key).and_then(|key| key.field(namespace, field));
        cipher.map(Self).map_err(to_js)
    }

    /// The value's ciphertext, always the same.
    ///
    /// # Errors
    /// `InvalidArgument` if the value is too long.
    pub fn encrypt(&mut self, value: Vec<u8>) -> Result<Vec<u8>, JsValue> {
        self.0.encrypt(&Zeroizing::new(value)).map_err(to_js)
    }

    /// The value of a ciphertext.
    ///
    /// # Errors
    /// `ValueNotAuthentic` if it is not one of this field's.
    pub fn decrypt(&mut self, ciphertext: &[u8]) -> Result<Uint8Array, JsValue> {
        // Copied out of this memory by hand: a `Vec` would be freed by the glue, unwiped.
        self.0.decrypt(ciphertext).map(|value| Uint8Array::from(value.as_slice())).map_err(to_js)
    }
}

fn to_js(error: Error) -> JsValue {
    thrown(error.code(), &error.to_string())
}
