// SPDX-License-Identifier: Apache-2.0
//! Identity providers that sign tokens by OpenID Connect, as an account registers them. Limits are those of
//! the manual (IMS, version 2019-08-15).

mod token;
mod url;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use self::{
    token::{IdentityToken, OidcToken, OidcTokenInfo},
    url::{WebScheme, WebUrl},
};
use crate::commas::Commas;
use crate::id::AccountId;
use crate::list::Row;
use crate::text::{TextError, checked_text, printed_text};
use crate::time::Timestamp;

checked_text!(
    /// A provider's name: 1 to 128 letters, digits or `.-_`, the first and the last one of the former.
    OidcProviderName, is_provider_name,
    "It must be 1 to 128 letters, digits, '.', '-' or '_', and begin and end with a letter or a digit."
);

checked_text!(
    /// Who signs the tokens: what their `iss` must be, and where the keys are found. At most 255 characters,
    /// `https://` and a public host name, without query, fragment, user or address. A deployment may allow
    /// `http://` for the machine that it runs on.
    IssuerUrl, is_issuer_url,
    "It must be a URL of at most 255 characters that begins with https:// and a public host name, without \
     user, query and fragment."
);

checked_text!(
    /// For whom tokens are signed: 1 to 128 letters, digits or `.-_:/`, the first one of the former.
    ClientId, is_client_id,
    "Each must be 1 to 128 letters, digits, '.', '-', '_', ':' or '/', and begin with a letter or a digit."
);

checked_text!(
    /// The fingerprint of a certificate: 1 to 128 letters or digits.
    Fingerprint, is_fingerprint, "Each must be 1 to 128 letters or digits."
);

checked_text!(
    /// What people say of a provider: at most 256 characters.
    OidcDescription, is_description,
    "It must be at most 256 characters, none of them a control character."
);

/// Client ids, as a parameter has them.
pub type ClientIds = Commas<ClientId, CLIENT_IDS_MAX>;
/// Fingerprints, as a parameter has them.
pub type Fingerprints = Commas<Fingerprint, FINGERPRINTS_MAX>;

/// Most client ids of a provider.
pub const CLIENT_IDS_MAX: usize = 50;
/// Most fingerprints of a provider.
pub const FINGERPRINTS_MAX: usize = 5;

/// A provider's full name: `acs:ram::<account>:oidc-provider/<name>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcProviderArn {
    /// The account that has registered it.
    pub account: AccountId,
    /// The provider.
    pub name: OidcProviderName,
}

impl FromStr for OidcProviderArn {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        const FORM: TextError = TextError {
            expected: "It must be a provider's ARN: acs:ram::<account id>:oidc-provider/<name>.",
        };
        let read = || {
            let (account, name) = text.strip_prefix("acs:ram::")?.split_once(":oidc-provider/")?;
            Some(Self { account: account.parse().ok()?, name: name.parse().ok()? })
        };
        read().ok_or(FORM)
    }
}

impl fmt::Display for OidcProviderArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "acs:ram::{}:oidc-provider/{}", self.account, self.name)
    }
}

printed_text!(OidcProviderArn);

/// A provider, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct OidcProvider {
    /// Its name.
    #[serde(rename = "OIDCProviderName")]
    pub oidc_provider_name: OidcProviderName,
    /// Its full name, `acs:ram::<account>:oidc-provider/<name>`.
    pub arn: OidcProviderArn,
    /// Who signs the tokens.
    pub issuer_url: IssuerUrl,
    /// For whom they are signed, parted by commas.
    pub client_ids: ClientIds,
    /// Fingerprints of certificates, parted by commas. They are kept and told, and nothing goes by them: the
    /// platform verifies certificates by the authorities that it trusts.
    pub fingerprints: Fingerprints,
    /// How many hours ago a token may have been issued at the most.
    pub issuance_limit_time: u32,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<OidcDescription>,
    /// When it was made.
    pub create_date: Timestamp,
    /// When it was changed last.
    pub update_date: Timestamp,
    /// When it was made, in milliseconds since 1970.
    pub gmt_create: String,
    /// When it was changed last, in milliseconds since 1970.
    pub gmt_modified: String,
}

impl Row for OidcProvider {
    const NAME: &'static str = "OIDCProvider";
}

fn is_word(text: &str, max: usize, more: &[u8]) -> bool {
    (1..=max).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}

fn is_provider_name(text: &str) -> bool {
    let ends = [text.bytes().next(), text.bytes().next_back()];
    is_word(text, 128, b".-_")
        && ends.into_iter().flatten().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_client_id(text: &str) -> bool {
    is_word(text, 128, b".-_:/") && text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

fn is_fingerprint(text: &str) -> bool {
    is_word(text, 128, b"")
}

fn is_issuer_url(text: &str) -> bool {
    text.len() <= 255 && WebUrl::parse(text).is_some_and(|url| url.query.is_none())
}

fn is_description(text: &str) -> bool {
    text.chars().count() <= 256 && text.chars().all(crate::key::description::has_xml_form)
}

impl IssuerUrl {
    /// Whether it is the machine's own, by `http://`: for development alone.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        WebUrl::parse(self.as_str()).is_some_and(|url| url.scheme == WebScheme::HttpLoopback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_and_end_with_a_letter_or_a_digit() {
        for good in ["a", "Login-1.x_y2", &"x".repeat(128)] {
            assert!(good.parse::<OidcProviderName>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a.", "a/b", "a b", &"x".repeat(129)] {
            assert!(bad.parse::<OidcProviderName>().is_err(), "{bad}");
        }
        for good in ["https://kubernetes.default.svc", "496271242565057", "a:b"] {
            assert!(good.parse::<ClientId>().is_ok(), "{good}");
        }
        for bad in ["", ":a", "a,b", "a b", &"x".repeat(129)] {
            assert!(bad.parse::<ClientId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_provider_arn_names_an_account_and_a_provider() {
        let text = "acs:ram::1234567890123456:oidc-provider/login";
        let arn: OidcProviderArn = text.parse().unwrap();
        assert_eq!((arn.name.as_str(), arn.to_string().as_str()), ("login", text));
        for bad in
            ["", "acs:ram::1:oidc-provider/a", "acs:ram::1234567890123456:role/a", &text[..40]]
        {
            assert!(bad.parse::<OidcProviderArn>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_issuer_has_no_query_and_is_bounded() {
        assert!("https://login.example.com/a/b".parse::<IssuerUrl>().is_ok());
        assert!("https://login.example.com/?a".parse::<IssuerUrl>().is_err());
        let long = format!("https://login.example.com/{}", "a".repeat(255));
        assert!(long[..255].parse::<IssuerUrl>().is_ok());
        assert!(long[..256].parse::<IssuerUrl>().is_err());
        assert!("http://127.0.0.1:8080".parse::<IssuerUrl>().unwrap().is_loopback());
    }
}
