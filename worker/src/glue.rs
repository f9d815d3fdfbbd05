// SPDX-License-Identifier: Apache-2.0
//! Declarations of `glue.js`.

use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    #[wasm_bindgen(js_name = requestHead)]
    pub(crate) fn request_head(request: &JsValue) -> String;
    #[wasm_bindgen(js_name = requestBody)]
    pub(crate) fn request_body(request: &JsValue, max: u32) -> Promise;
    #[wasm_bindgen(js_name = makeResponse)]
    pub(crate) fn make_response(
        status: u16,
        content_type: &str,
        request_id: &str,
        body: &str,
        origin: Option<&str>,
    ) -> JsValue;
    #[wasm_bindgen(js_name = makePreflight)]
    pub(crate) fn make_preflight(
        origin: &str,
        methods: &str,
        headers: &str,
        max_age: &str,
    ) -> JsValue;
    #[wasm_bindgen(js_name = storeAtOnce, catch)]
    pub(crate) fn store_at_once(
        storage: &JsValue,
        alarm_at: f64,
        work: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<(), JsValue>;
    pub(crate) fn variable(env: &JsValue, name: &str) -> Option<String>;
    #[wasm_bindgen(js_name = logLine)]
    pub(crate) fn log_line(line: &str);
    #[wasm_bindgen(js_name = logFault)]
    pub(crate) fn log_fault(line: &str);
}

/// A JavaScript error's text, for the log.
pub(crate) fn describe(error: &JsValue) -> String {
    let text = error
        .dyn_ref::<js_sys::Error>()
        .map(js_sys::Error::message)
        .or_else(|| error.dyn_ref::<JsString>().cloned());
    text.map_or_else(|| "unknown JavaScript error".to_owned(), String::from)
}
