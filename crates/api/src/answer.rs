// SPDX-License-Identifier: Apache-2.0
//! Answers: a typed response or an error, as JSON or XML (wire reference, section 1.9).
//!
//! A success never has a top-level `Code`, and an error always has one: one SDK tells the two
//! apart by nothing else.

use serde::Serialize;

use crate::action::Action;
use crate::error::ApiError;
use crate::id::RequestId;
use crate::request::Format;

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The body, UTF-8.
    pub body: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Success<'a, T> {
    request_id: &'a RequestId,
    #[serde(flatten)]
    response: &'a T,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failure<'a> {
    request_id: &'a RequestId,
    host_id: &'a str,
    code: &'static str,
    message: &'a str,
}

impl Format {
    /// The value of `Content-Type` for this form.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json;charset=utf-8",
            Self::Xml => "text/xml;charset=utf-8",
        }
    }

    fn write<T: Serialize>(self, root: &str, value: &T) -> Result<String, ApiError> {
        match self {
            Self::Json => serde_json::to_string(value).map_err(ApiError::internal),
            Self::Xml => {
                let xml =
                    quick_xml::se::to_string_with_root(root, value).map_err(ApiError::internal)?;
                Ok(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{xml}"))
            }
        }
    }
}

impl Answer {
    /// The answer to a call that succeeded.
    ///
    /// # Errors
    /// `InternalFailure` if the response cannot be written.
    pub fn success<A: Action>(
        format: Format,
        request_id: &RequestId,
        response: &A::Response,
    ) -> Result<Self, ApiError> {
        let root = format!("{}Response", A::NAME.as_str());
        let body = format.write(&root, &Success { request_id, response })?;
        Ok(Self { status: 200, content_type: format.content_type(), body })
    }

    /// The answer to a call that failed. `host_id` is the host that was called.
    #[must_use]
    pub fn failure(
        format: Format,
        request_id: &RequestId,
        host_id: &str,
        error: &ApiError,
    ) -> Self {
        let code = error.code().as_str();
        let failure = Failure { request_id, host_id, code, message: error.message() };
        // Four strings always serialize; the fallback keeps the promise that errors have a Code.
        let body = format.write("Error", &failure).unwrap_or_else(|_| {
            String::from("{\"Code\":\"InternalFailure\",\"Message\":\"Internal Failure.\"}")
        });
        Self { status: error.status(), content_type: format.content_type(), body }
    }
}
