// SPDX-License-Identifier: Apache-2.0
//! The token that lets somebody read the metrics (RFC 6750, section 2.1).

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Characters of a token, at the least: an access key secret's.
const MIN_CHARS: usize = 16;
const MAX_CHARS: usize = 256;

/// A token. It does not print.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MetricsToken(String);

impl MetricsToken {
    /// A token of 16 to 256 visible characters of ASCII; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_good = (MIN_CHARS..=MAX_CHARS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_good.then(|| Self(text.to_owned()))
    }

    /// Whether a request with this `Authorization` shows the token. Takes as long for every token of its length.
    #[must_use]
    pub fn is_shown(&self, authorization: Option<&str>) -> bool {
        let Some((scheme, shown)) = authorization.and_then(|text| text.split_once(' ')) else {
            return false;
        };
        scheme.eq_ignore_ascii_case("Bearer")
            && bool::from(self.0.as_bytes().ct_eq(shown.as_bytes()))
    }
}

impl fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_whole_and_as_a_bearer_s() {
        let token = MetricsToken::parse("0123456789abcdef").unwrap();
        for good in ["Bearer 0123456789abcdef", "bearer 0123456789abcdef"] {
            assert!(token.is_shown(Some(good)), "{good}");
        }
        for bad in [
            "0123456789abcdef",
            "Bearer",
            "Bearer ",
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdeF",
            "Bearer 0123456789abcdef ",
            "Basic 0123456789abcdef",
        ] {
            assert!(!token.is_shown(Some(bad)), "{bad}");
        }
        assert!(!token.is_shown(None));
        assert_eq!(format!("{token:?}"), "MetricsToken(..)");
        for bad in ["", "0123456789abcde", "0123456789 abcdef", "0123456789abcdefé"] {
            assert!(MetricsToken::parse(bad).is_none(), "{bad}");
        }
    }
}
