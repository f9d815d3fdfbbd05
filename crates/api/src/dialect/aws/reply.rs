// SPDX-License-Identifier: Apache-2.0
//! Answers: a JSON object, or an error's name in a header and in the body.

use serde::Serialize;

use super::error::name_and_status;
use crate::error::ApiError;

#[derive(Serialize)]
struct Failure<'a> {
    #[serde(rename = "__type")]
    name: &'static str,
    message: &'a str,
}

/// An error's status, its name, and the body that tells it.
pub(crate) fn failure(error: &ApiError) -> (u16, &'static str, String) {
    let (name, status) = name_and_status(error.code());
    // Two strings always serialize.
    let body =
        serde_json::to_string(&Failure { name, message: error.message() }).unwrap_or_default();
    (status, name, body)
}
