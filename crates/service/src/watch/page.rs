// SPDX-License-Identifier: Apache-2.0
//! Documents about the worker itself, which no caller signs for.

use super::{exposition, health, readiness::Readiness};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// That it lives.
    Health,
    /// Whether it is ready.
    Readiness,
    /// The metrics.
    Metrics,
}

/// What is answered. A `HEAD` gets all of it but the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The HTTP status.
    pub status: u16,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// Further headers, names in lowercase.
    pub headers: Vec<(&'static str, String)>,
    /// The body, UTF-8.
    pub body: String,
}

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

impl Page {
    /// The document that a request asks for. `target` is a path, with a query or without.
    #[must_use]
    pub fn asked(method: &str, target: &str) -> Option<Self> {
        if !matches!(method, "GET" | "HEAD") {
            return None;
        }
        match target.split_once('?').map_or(target, |(path, _)| path) {
            "/healthz" => Some(Self::Health),
            "/readyz" => Some(Self::Readiness),
            "/metrics" => Some(Self::Metrics),
            _ => None,
        }
    }
}

impl Document {
    /// That it lives.
    #[must_use]
    pub fn health() -> Self {
        Self::of(200, JSON, health::text())
    }

    /// Whether it is ready.
    #[must_use]
    pub fn readiness(readiness: &Readiness) -> Self {
        Self::of(if readiness.is_ready() { 200 } else { 503 }, JSON, readiness.text())
    }

    /// A scrape.
    #[must_use]
    pub fn metrics(text: String) -> Self {
        Self::of(200, exposition::CONTENT_TYPE, text)
    }

    /// There is no such document.
    #[must_use]
    pub fn absent() -> Self {
        Self::of(404, TEXT, "Not found\n".to_owned())
    }

    /// It is not for whoever asks (RFC 6750, section 3).
    #[must_use]
    pub fn forbidden() -> Self {
        let headers = vec![("www-authenticate", "Bearer realm=\"metrics\"".to_owned())];
        let body = "Send the token that METRICS_TOKEN holds: Authorization: Bearer <token>\n";
        Self { headers, ..Self::of(401, TEXT, body.to_owned()) }
    }

    /// It cannot be had now.
    #[must_use]
    pub fn unavailable(reason: &str) -> Self {
        Self::of(503, TEXT, format!("{reason}\n"))
    }

    const fn of(status: u16, content_type: &'static str, body: String) -> Self {
        Self { status, content_type, headers: Vec::new(), body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_asked_for_by_its_path_alone() {
        assert_eq!(Page::asked("GET", "/healthz"), Some(Page::Health));
        assert_eq!(Page::asked("HEAD", "/readyz?x=1"), Some(Page::Readiness));
        assert_eq!(Page::asked("GET", "/metrics"), Some(Page::Metrics));
        for (method, target) in [
            ("POST", "/healthz"),
            ("OPTIONS", "/metrics"),
            ("GET", "/"),
            ("GET", "/?Action=ListKeys&x=/metrics"),
            ("GET", "/metrics/"),
            ("GET", "/healthzz"),
        ] {
            assert_eq!(Page::asked(method, target), None, "{method} {target}");
        }
    }
}
