// SPDX-License-Identifier: Apache-2.0
//! The password keyring. Argon2id takes its time on the thread that calls.

use edgekms_core::{
    context::EncryptionContext, format::encrypted_data_key::EncryptedDataKey, key::DataKey,
};
use edgekms_password::{Error, Limits, PROVIDER_ID, Parameters, Password};
use getrandom::SysRng;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::error::thrown;

/// A password keyring. Password and derived keys are wiped when it is freed.
#[wasm_bindgen]
pub struct PasswordKeyring(edgekms_password::PasswordKeyring);

#[wasm_bindgen]
impl PasswordKeyring {
    /// Takes over the password's bytes. Memory in KiB; work is memory times iterations.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty password, a long name, and costs too low or above the limits.
    #[wasm_bindgen(constructor)]
    pub fn new(
        password: Vec<u8>,
        name: &str,
        memory_kib: u32,
        iterations: u32,
        parallelism: u8,
        max_memory_kib: u32,
        max_work_kib: u32,
    ) -> Result<Self, JsValue> {
        let parameters = Parameters { memory_kib, iterations, parallelism };
        let limits = Limits { memory_kib: max_memory_kib, work_kib: max_work_kib.into() };
        let keyring = Password::from_bytes(password).and_then(|password| {
            edgekms_password::PasswordKeyring::new(password, name, parameters, limits)
        });
        keyring.map(Self).map_err(to_js)
    }

    /// Wraps a data key: provider information and ciphertext. `context` has names and values in turn.
    ///
    /// # Errors
    /// `RandomnessUnavailable`; `InvalidArgument` if the memory is not there.
    #[wasm_bindgen(unchecked_return_type = "[Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>]")]
    pub fn wrap(&self, data_key: Vec<u8>, context: Vec<String>) -> Result<Array, JsValue> {
        let data_key = Zeroizing::new(data_key);
        let wrapped = serialized(context)
            .and_then(|context| self.0.wrap_key(&data_key, &context, &mut SysRng))
            .map_err(to_js)?;
        let bytes = |bytes: &[u8]| Uint8Array::from(bytes).into();
        Ok(Array::of2(&bytes(&wrapped.provider_info), &bytes(&wrapped.ciphertext)))
    }

    /// Unwraps the first of the data keys that it can and that has `key_length` bytes. `keys` has provider
    /// information and ciphertext of each in turn.
    ///
    /// # Errors
    /// `NoDataKey`, with the reason.
    pub fn unwrap(
        &self,
        keys: Vec<Uint8Array>,
        context: Vec<String>,
        key_length: usize,
    ) -> Result<Uint8Array, JsValue> {
        let keys: Vec<EncryptedDataKey> = keys
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[info, ciphertext]| {
                EncryptedDataKey::new(PROVIDER_ID.to_owned(), info.to_vec(), ciphertext.to_vec())
            })
            .collect();
        let contexts = [serialized(context).map_err(to_js)?];
        let fits = |key: DataKey| (key.expose_secret().len() == key_length).then_some(key);
        match self.0.unwrap_key(&keys, &contexts, fits) {
            // Copied out of this memory by hand: a `Vec` would be freed by the glue, unwiped.
            Ok(key) => Ok(Uint8Array::from(key.expose_secret())),
            Err(refusal) => Err(thrown("NoDataKey", &refusal.to_string())),
        }
    }
}

/// The one serialization of a context whose names and values come in turn.
fn serialized(context: Vec<String>) -> Result<Vec<u8>, Error> {
    let pairs = context.as_chunks::<2>().0.iter().map(|[name, value]| (name, value));
    Ok(EncryptionContext::from_any_pairs(pairs)?.to_bytes())
}

fn to_js(error: Error) -> JsValue {
    thrown(error.code(), &error.to_string())
}
