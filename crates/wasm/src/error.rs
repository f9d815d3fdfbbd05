// SPDX-License-Identifier: Apache-2.0
//! Errors, both ways: ours become JavaScript `Error`s, a port's rejections become ours.

use edgekms_core::error::{Error, PortError};
use js_sys::{Array, JsString, Reflect};
use wasm_bindgen::prelude::*;

/// Code of a port's failure that names none.
const PORT_FAILED: &str = "PortFailed";

/// A JavaScript `Error` with `code`, and for a list of failures `causes`.
pub(crate) fn to_js(error: &Error) -> JsValue {
    let js = with_code(error.code(), &error.to_string());
    let causes: Array = error.causes().iter().map(to_js).collect();
    if let Some(first) = causes.iter().next() {
        set(&js, "cause", &first);
        set(&js, "causes", &causes);
    }
    js
}

/// A JavaScript `Error` with `code`.
pub(crate) fn with_code(code: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    set(&error, "code", &code.into());
    error.into()
}

/// What a port's promise was rejected with.
pub(crate) fn from_port(rejection: &JsValue) -> Error {
    let text =
        |name: &str| Reflect::get(rejection, &name.into()).ok().and_then(|value| value.as_string());
    Error::Port(PortError {
        code: text("code").unwrap_or_else(|| PORT_FAILED.to_owned()),
        message: text("message").unwrap_or_else(|| "the call failed".to_owned()),
    })
}

/// What a port should have answered and did not.
pub(crate) fn bad_answer(message: &str) -> Error {
    Error::Port(PortError { code: PORT_FAILED.to_owned(), message: message.to_owned() })
}

/// An `InvalidArgument` of the bindings themselves.
pub(crate) fn invalid_argument(message: &str) -> JsValue {
    with_code("InvalidArgument", message)
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // A fresh Error object is extensible; there is nothing to do if it were not.
    let _ = Reflect::set(target, &JsString::from(name), value);
}
