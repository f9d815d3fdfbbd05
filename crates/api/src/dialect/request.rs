// SPDX-License-Identifier: Apache-2.0
//! A request as the transport gave it, and how much of one is read.

use super::headers::Headers;
use crate::error::{ApiError, ErrorCode};

/// Most headers of a request. Several are looked for among all, before anyone is known to have signed.
const HEADERS_MAX: usize = 256;

/// How much of a request is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Longest request line (method and target), in bytes. SDKs put everything in the URL, so it
    /// must hold the longest context and plaintext, percent-encoded.
    pub request_line_max_len: usize,
    /// Longest body, in bytes.
    pub body_max_len: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { request_line_max_len: 128 * 1024, body_max_len: 128 * 1024 }
    }
}

/// A request as the transport gave it.
#[derive(Clone, Copy)]
pub struct RawRequest<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// Path and query, still encoded: `/?Action=..`.
    pub target: &'a str,
    /// Every header, `host` among them.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

impl<'a> RawRequest<'a> {
    pub(crate) fn headers(&self) -> Headers<'a> {
        Headers(self.headers)
    }

    /// The query, still encoded, of a request for the one path that there is.
    pub(crate) fn query(&self) -> Result<&'a str, ApiError> {
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        if matches!(path, "/" | "") {
            return Ok(query);
        }
        Err(ApiError::with_message(
            ErrorCode::InvalidApiNotFound,
            "Specified api is not found, please check your url and method. The path is /.",
        ))
    }

    pub(crate) fn check_bounds(&self, limits: &RequestLimits) -> Result<(), ApiError> {
        let too_long = |what: &str, max: usize, remedy: &str| {
            let message = format!("The {what} is longer than {max} bytes. {remedy}");
            ApiError::with_message(ErrorCode::ParseRequestParameterException, message)
        };
        if !matches!(self.method, "GET" | "POST") {
            return Err(ApiError::with_message(
                ErrorCode::UnsupportedHttpMethod,
                "This http method is not supported. Use POST or GET.",
            ));
        }
        if self.method.len() + self.target.len() > limits.request_line_max_len {
            let remedy = "Send the parameters in a form body.";
            return Err(too_long("request line", limits.request_line_max_len, remedy));
        }
        if self.headers.len() > HEADERS_MAX {
            let message = "The request has more than 256 headers. Send fewer.";
            return Err(ApiError::with_message(ErrorCode::ParseRequestParameterException, message));
        }
        if self.body.len() > limits.body_max_len {
            return Err(too_long("body", limits.body_max_len, "Send less."));
        }
        Ok(())
    }
}
