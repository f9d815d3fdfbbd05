// SPDX-License-Identifier: Apache-2.0
//! A token of an identity provider, as it is sent, and what is told of it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{IssuerUrl, OidcProviderArn};
use crate::time::Timestamp;

/// Longest token read, in bytes (STS's manual, AssumeRoleWithOIDC).
const TOKEN_MAX_LEN: usize = 20_000;

/// A token, which whoever holds it can use until it expires. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Zeroize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct OidcToken(String);

impl OidcToken {
    /// The token, to be verified and not kept.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

/// A file that a token is read from may end with a line break, and official clients send it along.
impl<'de> Deserialize<'de> for OidcToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::deserialize(deserializer)?;
        let is_good = (4..=TOKEN_MAX_LEN).contains(&text.len());
        let token = is_good.then(|| Self(text.trim_end_matches(['\r', '\n']).to_owned()));
        text.zeroize();
        token.ok_or_else(|| de::Error::custom("It must be a token of 4 to 20000 characters."))
    }
}

impl fmt::Debug for OidcToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OidcToken(..)")
    }
}

/// What proves the caller of a command that nobody signs.
#[derive(Clone, Copy, Debug)]
pub struct IdentityToken<'a> {
    /// Who vouches.
    pub provider: &'a OidcProviderArn,
    /// The token.
    pub token: &'a OidcToken,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct OidcTokenInfo {
    /// Whom it is about: its `sub`.
    pub subject: String,
    /// Who signed it: its `iss`.
    pub issuer: IssuerUrl,
    /// For whom: its `aud`, parted by commas.
    pub client_ids: String,
    /// When it expires.
    pub expiration_time: Timestamp,
    /// When it was issued.
    pub issuance_time: Timestamp,
    /// `Success`: one that is not verified is told nothing of.
    pub verification_info: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_bounded_and_does_not_print() {
        let read = |text: &str| serde_json::from_str::<OidcToken>(&format!("{text:?}"));
        let token = read("a.b.c\n").unwrap();
        assert_eq!(token.expose_secret(), "a.b.c");
        assert_eq!(format!("{token:?}"), "OidcToken(..)");
        assert!(read(&"x".repeat(20_000)).is_ok());
        for bad in ["", "abc", &"x".repeat(20_001)] {
            assert!(read(bad).is_err());
        }
    }
}
