// SPDX-License-Identifier: Apache-2.0
//! What the server knows of its API, in a module of its own that is loaded at the first use of any of it: whether
//! a request is one that it takes, whether an answer is one that it gives, what policies say of a request.
#![deny(unsafe_code)]

use edgekms_api::dialect::Dialect;
use edgekms_api::dialect::check::{Fields, Refusal, check_answer, check_request, read};
use edgekms_policy::{GivenPolicy, explain_given};
use js_sys::{JsString, Reflect};
use serde_wasm_bindgen::{from_value, to_value};
use wasm_bindgen::prelude::*;

/// A JavaScript `Error` with `code`.
fn thrown(code: &str, message: &str) -> JsValue {
    let js = js_sys::Error::new(message);
    // A fresh Error object is extensible; setting cannot fail.
    let _ = Reflect::set(&js, &JsString::from("code"), &code.into());
    js.into()
}

fn refused(refusal: &Refusal) -> JsValue {
    thrown(refusal.code, &refusal.message)
}

fn dialect(name: &str) -> Result<Dialect, JsValue> {
    match name {
        "aliyun" => Ok(Dialect::Alibaba),
        "aws" => Ok(Dialect::Aws),
        _ => Err(thrown("InvalidArgument", "dialect must be aliyun or aws")),
    }
}

/// Its own error would quote what was given, which may hold a secret.
fn fields(what: &str, given: JsValue) -> Result<Fields, JsValue> {
    let invalid = |_| thrown("InvalidArgument", &format!("{what} must be an object that JSON can say"));
    from_value(given).map_err(invalid)
}

/// Checks a request: `dialect` is `aliyun` or `aws`, `action` is the wire's name, and `given` an object of the
/// wire's names and of what JSON can say.
///
/// # Errors
/// The code and the sentence that the server would answer with; `InvalidArgument` for a field that the action
/// does not have, and for what is no request at all.
#[wasm_bindgen(js_name = checkRequest)]
pub fn request(dialect_name: &str, action: &str, given: JsValue) -> Result<(), JsValue> {
    let given = fields("a request", given)?;
    check_request(dialect(dialect_name)?, action, &given).map_err(|error| refused(&error))
}

/// Checks an answer, given as a request is.
///
/// # Errors
/// `InvalidAnswer` naming the field that is not there, or is of another type.
#[wasm_bindgen(js_name = checkAnswer)]
pub fn answer(dialect_name: &str, action: &str, given: JsValue) -> Result<(), JsValue> {
    let given = fields("an answer", given)?;
    check_answer(dialect(dialect_name)?, action, &given)
        .map_err(|message| thrown("InvalidAnswer", &message))
}

/// Explains what policies say: the answer of ExplainPermission. Policies and request are
/// `edgekms_policy`'s.
///
/// # Errors
/// `InvalidArgument` naming what cannot be asked; of a policy that could not be set, what the server would answer.
#[wasm_bindgen(js_name = explainPolicy)]
pub fn policy(policies: Vec<JsValue>, asked: JsValue) -> Result<JsValue, JsValue> {
    let read_policy = |(at, given): (usize, JsValue)| {
        let what = format!("policies[{at}]");
        read::<GivenPolicy>(&what, &fields(&what, given)?).map_err(|error| refused(&error))
    };
    let policies: Vec<_> =
        policies.into_iter().enumerate().map(read_policy).collect::<Result<_, _>>()?;
    let asked = read("request", &fields("request", asked)?).map_err(|error| refused(&error))?;
    let reply = explain_given(&policies, &asked).map_err(|error| refused(&error))?;
    to_value(&reply).map_err(|_| thrown("Internal", "the explanation could not be told"))
}
