// SPDX-License-Identifier: Apache-2.0
//! Option objects: read field by field, so that no deserializer is downloaded for three numbers.

use edgekms_core::{
    commitment::CommitmentPolicy, error::Error, header::OpenOptions, seal::SealOptions,
    suite::Suite,
};
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{
    context,
    error::{invalid_argument, to_js},
};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export type Pairs = [string, string][];
export type CommitmentPolicy =
  | "require-encrypt-require-decrypt"
  | "require-encrypt-allow-decrypt"
  | "forbid-encrypt-allow-decrypt";
export interface SealOptions {
  suite?: number;
  frameLength?: number;
  encryptionContext?: Pairs;
  requiredContextKeys?: string[];
  maxEncryptedDataKeys?: number;
  commitmentPolicy?: CommitmentPolicy;
  verificationKey?: Uint8Array;
}
export interface OpenOptions {
  encryptionContext?: Pairs;
  commitmentPolicy?: CommitmentPolicy;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// `[string, string][]`
    #[wasm_bindgen(typescript_type = "Pairs")]
    pub type JsPairs;
    /// `SealOptions`
    #[wasm_bindgen(typescript_type = "SealOptions")]
    pub type JsSealOptions;
    /// `OpenOptions`
    #[wasm_bindgen(typescript_type = "OpenOptions")]
    pub type JsOpenOptions;
}

/// Reads the options of sealing.
pub(crate) fn seal(value: &JsValue) -> Result<SealOptions, JsValue> {
    let mut options = SealOptions::with_context(context::read(&field(value, "encryptionContext"))?);
    if let Some(suite) = integer(value, "suite")? {
        let id = u16::try_from(suite).map_err(|_| invalid_argument("suite has 16 bits"))?;
        options.suite = Suite::from_id(id).map_err(|error| to_js(&error))?;
    }
    if let Some(length) = integer(value, "frameLength")? {
        options.frame_length = length;
    }
    options.max_encrypted_data_keys = cap(&field(value, "maxEncryptedDataKeys"))?;
    options.commitment_policy = policy(value)?;
    let keys = field(value, "requiredContextKeys");
    if !keys.is_undefined() {
        let keys: &Array = keys
            .dyn_ref()
            .ok_or_else(|| invalid_argument("requiredContextKeys must be an array of strings"))?;
        for key in keys.iter() {
            options.required_context_keys.insert(context::text(&key)?);
        }
    }
    let key = field(value, "verificationKey");
    if !key.is_undefined() {
        let key: &Uint8Array = key
            .dyn_ref()
            .ok_or_else(|| invalid_argument("verificationKey must be a Uint8Array"))?;
        options.verification_key = Some(key.to_vec());
    }
    Ok(options)
}

/// Reads the options of opening.
pub(crate) fn open(value: &JsValue) -> Result<OpenOptions, JsValue> {
    let context = context::read_reproduced(&field(value, "encryptionContext"))?;
    let mut options = OpenOptions::with_context(context);
    options.commitment_policy = policy(value)?;
    Ok(options)
}

/// Reads a cap on encrypted data keys: `undefined` is none.
pub(crate) fn cap(value: &JsValue) -> Result<Option<u16>, JsValue> {
    const RANGE: &str = "maxEncryptedDataKeys must be 1 to 65535";
    match number(value, RANGE)? {
        None => Ok(None),
        Some(0) => Err(invalid_argument(RANGE)),
        Some(cap) => u16::try_from(cap).map(Some).map_err(|_| invalid_argument(RANGE)),
    }
}

fn policy(value: &JsValue) -> Result<CommitmentPolicy, JsValue> {
    let policy = field(value, "commitmentPolicy");
    if policy.is_undefined() {
        return Ok(CommitmentPolicy::default());
    }
    CommitmentPolicy::from_name(&policy.as_string().unwrap_or_default())
        .map_err(|error: Error| to_js(&error))
}

fn integer(value: &JsValue, name: &str) -> Result<Option<u32>, JsValue> {
    number(&field(value, name), &format!("{name} must be a whole number up to 4294967295"))
}

/// A whole number of 32 bits; `undefined` is none.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn number(value: &JsValue, message: &str) -> Result<Option<u32>, JsValue> {
    if value.is_undefined() {
        return Ok(None);
    }
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) => {
            Ok(Some(number as u32))
        }
        _ => Err(invalid_argument(message)),
    }
}

/// A field of an object; `undefined` where there is no object or no field.
pub(crate) fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
