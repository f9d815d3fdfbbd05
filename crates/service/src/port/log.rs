// SPDX-License-Identifier: Apache-2.0
//! Where an operator reads of faults: one object of JSON in a line for each, so that a log can be searched by
//! its fields.

use std::fmt;

use edgekms_api::time::Timestamp;
use serde::Serialize;

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is tried again by itself, and nobody has noticed yet.
    Warn,
    /// A call failed, or something is lost.
    Error,
}

/// One fault. No part of it holds a secret or a part of a request.
pub struct Fault<'a> {
    /// How bad.
    pub level: Level,
    /// The request's id, if it was one request's.
    pub request_id: Option<&'a str>,
    /// What happened.
    pub message: &'a str,
    /// Why, as far as that is known.
    pub cause: Option<&'a dyn fmt::Display>,
}

impl<'a> Fault<'a> {
    /// Something failed that is no one request's.
    #[must_use]
    pub const fn error(message: &'a str, cause: &'a dyn fmt::Display) -> Self {
        Self { level: Level::Error, request_id: None, message, cause: Some(cause) }
    }

    /// Something failed that is tried again by itself.
    #[must_use]
    pub const fn warning(message: &'a str, cause: &'a dyn fmt::Display) -> Self {
        Self { level: Level::Warn, ..Self::error(message, cause) }
    }

    /// Its line, as of `now_millis` (since 1970).
    #[must_use]
    pub fn line(&self, now_millis: i64) -> String {
        let line = Line {
            level: self.level,
            time: Timestamp::from_unix_secs(now_millis.div_euclid(1000)).to_string(),
            request_id: self.request_id,
            message: self.message,
            cause: self.cause.map(ToString::to_string),
        };
        // Texts; serde_json cannot refuse them.
        serde_json::to_string(&line).unwrap_or_default()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    level: Level,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
}

/// The operator's log of faults.
pub trait FaultLog {
    /// Writes one.
    fn fault(&self, fault: &Fault<'_>);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_one_line_of_json_whatever_its_texts_hold() {
        let cause = "line one\nline \"two\"";
        let fault = Fault { request_id: Some("r"), ..Fault::error("it failed", &cause) };
        assert_eq!(
            fault.line(1_700_000_000_999),
            r#"{"level":"error","time":"2023-11-14T22:13:20Z","requestId":"r","message":"it failed","cause":"line one\nline \"two\""}"#
        );
        let fault = Fault { cause: None, ..Fault::warning("it waits", &"") };
        assert_eq!(
            fault.line(0),
            r#"{"level":"warn","time":"1970-01-01T00:00:00Z","message":"it waits"}"#
        );
    }
}
