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
    #[wasm_bindgen(js_name = fetchDocument)]
    pub(crate) fn fetch_document(url: &str, max: u32) -> Promise;
    #[wasm_bindgen(js_name = makeResponse)]
    pub(crate) fn make_response(
        status: u16,
        content_type: &str,
        header_lines: &str,
        body: &str,
        origin: Option<&str>,
    ) -> JsValue;
    /// The same, without a body if there is none.
    #[wasm_bindgen(js_name = makeResponse)]
    pub(crate) fn make_document(
        status: u16,
        content_type: &str,
        header_lines: &str,
        body: Option<&str>,
    ) -> JsValue;
    #[wasm_bindgen(js_name = makePreflight)]
    pub(crate) fn make_preflight(
        origin: &str,
        methods: &str,
        headers: &str,
        max_age: &str,
    ) -> JsValue;
    #[wasm_bindgen(js_name = sendToObject, catch)]
    pub(crate) fn send_to_object(
        env: &JsValue,
        binding: &str,
        name: &str,
        location_hint: Option<&str>,
        message: &str,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_name = storeAtOnce, catch)]
    pub(crate) fn store_at_once(
        storage: &JsValue,
        work: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = setAlarm, catch)]
    pub(crate) fn set_alarm(storage: &JsValue, at: Option<f64>) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = waitUntil)]
    pub(crate) fn wait_until(context: &JsValue, promise: &Promise);
    pub(crate) fn variable(env: &JsValue, name: &str) -> Option<String>;
    #[wasm_bindgen(js_name = isDataset)]
    pub(crate) fn is_dataset(env: &JsValue, binding: &str) -> bool;
    #[wasm_bindgen(js_name = writePoint)]
    pub(crate) fn write_point(env: &JsValue, binding: &str, texts: &str, millis: u32, status: u16);
    #[wasm_bindgen(js_name = appendToJournal)]
    pub(crate) fn append_to_journal(context: &JsValue, line: &str) -> Promise;
    #[wasm_bindgen(js_name = tellJournalOfFault)]
    pub(crate) fn tell_journal_of_fault(context: &JsValue, line: &str);
    #[wasm_bindgen(js_name = logLine, catch)]
    pub(crate) fn log_line(line: &str) -> Result<(), JsValue>;

    pub(crate) type Hold;
    #[wasm_bindgen(js_name = holdOpen)]
    pub(crate) fn hold_open(context: &JsValue) -> Hold;
    #[wasm_bindgen(method)]
    pub(crate) fn release(this: &Hold);

    pub(crate) type Bell;
    #[wasm_bindgen(js_name = hangBell)]
    pub(crate) fn hang_bell() -> Bell;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn rung(this: &Bell) -> Promise;
    #[wasm_bindgen(method)]
    pub(crate) fn ring(this: &Bell);

    pub(crate) type Timer;
    #[wasm_bindgen(js_name = startTimer)]
    pub(crate) fn start_timer(millis: u32) -> Timer;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn rung(this: &Timer) -> Promise;
    #[wasm_bindgen(method)]
    pub(crate) fn clear(this: &Timer);
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
