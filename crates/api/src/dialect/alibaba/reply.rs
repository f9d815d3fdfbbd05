// SPDX-License-Identifier: Apache-2.0
//! Replies and errors as JSON or XML (wire reference, section 1.9).
//!
//! A success never has a top-level `Code`, and an error always has one: one SDK tells the two
//! apart by nothing else.

use serde::Serialize;

use super::request::Format;
use crate::action::Reply;
use crate::error::ApiError;
use crate::id::RequestId;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Success<'a, T> {
    request_id: &'a RequestId,
    #[serde(flatten)]
    reply: &'a T,
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

macro_rules! by_name {
    ($($product:ident $family:ident { $($name:ident $module:ident
        $kind:ident $scope:ident $key:ident $permission:ident $audited:ident $throttle:ident
        $repeat:ident $clouds:ident;)+ })+) => {
        /// The body that tells a reply.
        ///
        /// # Errors
        /// `InternalFailure` if it cannot be written.
        pub fn success(
            format: Format,
            request_id: &RequestId,
            reply: &Reply,
        ) -> Result<String, ApiError> {
            match reply {
                $($(Reply::$name(reply) => {
                    let root = concat!(stringify!($name), "Response");
                    format.write(root, &Success { request_id, reply })
                })+)+
            }
        }
    };
}

crate::with_actions!(by_name);

/// The body that tells an error. `host_id` is the host that was called.
#[must_use]
pub fn failure(format: Format, request_id: &RequestId, host_id: &str, error: &ApiError) -> String {
    let code = error.code().as_str();
    let failure = Failure { request_id, host_id, code, message: error.message() };
    // Four strings always serialize; the fallback keeps the promise that errors have a Code.
    format.write("Error", &failure).unwrap_or_else(|_| {
        String::from("{\"Code\":\"InternalFailure\",\"Message\":\"Internal Failure.\"}")
    })
}
