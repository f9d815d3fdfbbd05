// SPDX-License-Identifier: Apache-2.0
//! Which web pages may call: an allow list of origins, closed by default.
//!
//! Never `*`, and never credentials: requests are signed, cookies play no part.

use crate::watch::stages::ASKED_BY;

/// Methods that the API has.
pub const ALLOWED_METHODS: &str = "GET, POST";
/// How long a browser may remember a preflight, in seconds.
pub const MAX_AGE_SECS: &str = "600";

/// The origins that may call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    /// Reads origins parted by commas; `None` if one of them is not an origin. Empty text allows
    /// nobody.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| is_origin(part).then(|| part.to_owned())).collect::<Option<_>>().map(Self)
    }

    /// Whether a page of `origin` may call.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.0.iter().any(|allowed| allowed == origin)
    }
}

/// Scheme, host and optional port as browsers send them: lower case, no path, no `*`.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host.bytes().all(
                |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b':' | b'[' | b']'),
            )
    })
}

/// Keeps of `requested`, an `Access-Control-Request-Headers` value, what a signed request needs:
/// `authorization`, `content-type`, `accept`, `x-acs-*`, `x-amz-*` and `amz-sdk-*`; and what asks for how long
/// a call took.
#[must_use]
pub fn allowed_headers(requested: &str) -> String {
    let wanted = |name: &&str| {
        matches!(*name, "accept" | "authorization" | "content-type" | ASKED_BY)
            || (["x-acs-", "x-amz-", "amz-sdk-"].iter().any(|prefix| name.starts_with(prefix))
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
    };
    let lower = requested.to_ascii_lowercase();
    let kept: Vec<_> = lower.split(',').map(str::trim).filter(wanted).take(32).collect();
    kept.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_allowed_by_default() {
        let none = AllowedOrigins::parse("").unwrap();
        assert!(!none.allows("https://app.example.com"));
        assert!(!none.allows(""));
        assert!(!none.allows("null"));
    }

    #[test]
    fn an_origin_is_allowed_exactly() {
        let some = AllowedOrigins::parse("https://app.example.com, http://127.0.0.1:8000").unwrap();
        assert!(some.allows("https://app.example.com"));
        assert!(some.allows("http://127.0.0.1:8000"));
        assert!(!some.allows("https://app.example.com.evil.test"));
        assert!(!some.allows("http://app.example.com"));
        assert!(!some.allows("http://127.0.0.1"));
    }

    #[test]
    fn stars_paths_and_words_are_no_origins() {
        for text in ["*", "null", "https://*", "https://a.test/", "app.example.com", "https://"] {
            assert_eq!(AllowedOrigins::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_preflight_gets_only_the_headers_of_signed_requests() {
        assert_eq!(
            allowed_headers(
                "Authorization, X-Acs-Action,cookie,x-acs-date, x-acs-\u{e9},X-Amz-Target,X-EdgeKMS-Timing"
            ),
            "authorization, x-acs-action, x-acs-date, x-amz-target, x-edgekms-timing"
        );
    }
}
