// SPDX-License-Identifier: Apache-2.0
//! The encryption context as pairs: `[string, string][]`.

use edgekms_core::{context::EncryptionContext, error::Error};
use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

use crate::error::{invalid_argument, to_js};

/// Reads a caller's context; reserved keys are refused.
pub(crate) fn read(value: &JsValue) -> Result<EncryptionContext, JsValue> {
    EncryptionContext::from_pairs(pairs(value)?).map_err(|error| to_js(&error))
}

/// Reads a context that may repeat the format's own pairs.
pub(crate) fn read_reproduced(value: &JsValue) -> Result<EncryptionContext, JsValue> {
    EncryptionContext::from_any_pairs(pairs(value)?).map_err(|error| to_js(&error))
}

/// The pairs, in order.
pub(crate) fn to_js_pairs(context: &EncryptionContext) -> Array {
    context.pairs().map(|(key, value)| Array::of2(&key.into(), &value.into())).collect()
}

/// A string that UTF-8 can hold: a lone surrogate would silently become another character, and two
/// contexts could then be one.
pub(crate) fn text(value: &JsValue) -> Result<String, JsValue> {
    let text: &JsString = value.dyn_ref().ok_or_else(|| invalid_argument("a text is missing"))?;
    if !text.is_valid_utf16() {
        let reason = "the encryption context has a lone surrogate, which UTF-8 cannot hold";
        return Err(to_js(&Error::InvalidContext { reason }));
    }
    Ok(text.into())
}

fn pairs(value: &JsValue) -> Result<Vec<(String, String)>, JsValue> {
    if value.is_undefined() {
        return Ok(Vec::new());
    }
    let list: &Array = value.dyn_ref().ok_or_else(not_pairs)?;
    list.iter()
        .map(|pair| {
            let pair: Array = pair.dyn_into().map_err(|_| not_pairs())?;
            Ok((text(&pair.get(0))?, text(&pair.get(1))?))
        })
        .collect()
}

fn not_pairs() -> JsValue {
    invalid_argument("encryptionContext must be an array of [key, value]")
}
