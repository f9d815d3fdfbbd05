// SPDX-License-Identifier: Apache-2.0
//! Where an issuer says that its keys are (OpenID Connect Discovery 1.0, section 4).
//!
//! The keys may be on another host than the issuer, as those of the largest providers are: what is fetched from
//! the issuer says so, and TLS says that it is the issuer's. They must be as public as the issuer.

use edgekms_api::account::{IssuerUrl, WebUrl};
use serde::Deserialize;

/// Where the document is.
pub(super) fn url(issuer: &IssuerUrl) -> String {
    let base = issuer.as_str().trim_end_matches('/');
    format!("{base}/.well-known/openid-configuration")
}

/// Where the keys are, by this issuer's document. `None` for a document that is another's or says no place that
/// may be fetched.
pub(super) fn keys_url(text: &str, issuer: &IssuerUrl) -> Option<String> {
    #[derive(Deserialize)]
    struct Document {
        issuer: String,
        jwks_uri: String,
    }
    let document: Document = serde_json::from_str(text).ok()?;
    let is_its_own = document.issuer == issuer.as_str();
    let place = WebUrl::parse(&document.jwks_uri)?;
    let is_alike = place.scheme == WebUrl::parse(issuer.as_str())?.scheme;
    (is_its_own && is_alike).then_some(document.jwks_uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_s_keys_are_where_it_says_if_that_may_be_fetched() {
        let issuer: IssuerUrl = "https://login.example.com/a/".parse().unwrap();
        assert_eq!(url(&issuer), "https://login.example.com/a/.well-known/openid-configuration");
        let told = |own: &str, keys: &str| {
            keys_url(&format!(r#"{{"issuer":"{own}","jwks_uri":"{keys}","x":1}}"#), &issuer)
        };
        let keys = "https://keys.example.net/certs?v=3";
        assert_eq!(told("https://login.example.com/a/", keys).as_deref(), Some(keys));
        assert_eq!(told("https://login.example.com/a", keys), None, "another's document");
        for bad in ["http://keys.example.net", "https://10.0.0.1/", "http://127.0.0.1/", "keys", ""]
        {
            assert_eq!(told("https://login.example.com/a/", bad), None, "{bad}");
        }
        assert_eq!(keys_url("[]", &issuer), None);
    }
}
