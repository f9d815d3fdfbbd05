// SPDX-License-Identifier: Apache-2.0
//! Errors as JavaScript sees them.

use js_sys::{JsString, Reflect};
use wasm_bindgen::JsValue;

/// A JavaScript `Error` with `code`.
pub(crate) fn thrown(code: &str, message: &str) -> JsValue {
    let js = js_sys::Error::new(message);
    // A fresh Error object is extensible; setting cannot fail.
    let _ = Reflect::set(&js, &JsString::from("code"), &code.into());
    js.into()
}

/// The core's error.
pub(crate) fn to_js(error: &edgekms_core::error::Error) -> JsValue {
    thrown(error.code(), &error.to_string())
}
