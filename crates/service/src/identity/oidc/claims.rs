// SPDX-License-Identifier: Apache-2.0
//! What a token says (RFC 7519, section 4.1; OpenID Connect Core 1.0, section 2), and whether it is good.
//!
//! | claim | must be |
//! |---|---|
//! | `iss` | the provider's issuer, to the letter |
//! | `aud` | a text or several; at least one is a client id of the provider's |
//! | `azp` | if it is there, a client id of the provider's |
//! | `sub` | 1 to 1,024 bytes |
//! | `exp` | later than now |
//! | `nbf` | if it is there, not later than now |
//! | `iat` | not later than now, and not longer ago than the provider's limit |
//!
//! Clocks may differ by a minute.

use edgekms_api::{
    account::{ClientId, IssuerUrl},
    error::{ApiError, ErrorCode},
};
use serde::Deserialize;

use super::refused;

/// How far an issuer's clock may be from this one's, in seconds.
const SKEW_SECS: i64 = 60;
/// Longest subject, in bytes. The standard says 255 characters; names of continuous integration are longer.
const SUBJECT_MAX_LEN: usize = 1_024;
/// Most audiences of a token, and the longest of them in bytes.
const AUDIENCES_MAX: usize = 32;
const AUDIENCE_MAX_LEN: usize = 512;

/// What a token that was verified says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Whom it is about.
    pub subject: String,
    /// Who signed it.
    pub issuer: IssuerUrl,
    /// For whom: one or several.
    pub audience: Vec<String>,
    /// When it expires, in seconds since 1970.
    pub expires: i64,
    /// When it was issued, in seconds since 1970.
    pub issued: i64,
}

/// What a token must be.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who must have signed it.
    pub issuer: &'a IssuerUrl,
    /// For one of whom it must be.
    pub client_ids: &'a [ClientId],
    /// How many hours ago it may have been issued.
    pub issuance_limit_hours: u32,
    /// Seconds since 1970.
    pub now_secs: i64,
}

/// What a token says that nobody has verified. A claim that comes twice does not parse.
#[derive(Deserialize)]
pub(super) struct Statement {
    iss: String,
    sub: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: NumericDate,
    #[serde(default)]
    nbf: Option<NumericDate>,
    iat: NumericDate,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Seconds since 1970, which may have a fraction (RFC 7519, section 2). Not before 1970, nor after 9999.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
struct NumericDate(i64);

impl TryFrom<f64> for NumericDate {
    type Error = &'static str;

    fn try_from(secs: f64) -> Result<Self, Self::Error> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "within the range, a fraction is cut off"
        )]
        let whole = (0.0..253_402_300_800.0).contains(&secs).then_some(secs as i64);
        whole.map(Self).ok_or("not a time")
    }
}

impl Statement {
    pub(super) fn parse(json: &[u8]) -> Result<Self, ApiError> {
        serde_json::from_slice(json).map_err(|_| refused("the token's claims do not parse"))
    }

    pub(super) fn check_issuer(&self, issuer: &IssuerUrl) -> Result<(), ApiError> {
        if self.iss == issuer.as_str() {
            Ok(())
        } else {
            Err(refused("the token is of another issuer"))
        }
    }

    /// Whether it is good. Asked of a token alone whose signature is.
    pub(super) fn check(self, expected: &Expected<'_>) -> Result<Claims, ApiError> {
        self.check_issuer(expected.issuer)?;
        let audience = match self.aud {
            Audience::One(one) => vec![one],
            Audience::Several(several) => several,
        };
        let is_client = |name: &str| expected.client_ids.iter().any(|id| id.as_str() == name);
        let is_bounded = audience.len() <= AUDIENCES_MAX
            && audience.iter().all(|name| name.len() <= AUDIENCE_MAX_LEN);
        if !is_bounded || !audience.iter().any(|name| is_client(name)) {
            return Err(refused("the token is for others"));
        }
        if self.azp.is_some_and(|party| !is_client(&party)) {
            return Err(refused("the token was issued to another party"));
        }
        if !(1..=SUBJECT_MAX_LEN).contains(&self.sub.len()) {
            return Err(refused("the token's subject is empty or too long"));
        }
        let (now, issued, expires) = (expected.now_secs, self.iat.0, self.exp.0);
        let begins = self.nbf.map_or(issued, |nbf| nbf.0.max(issued));
        if begins > now.saturating_add(SKEW_SECS) || expires <= issued {
            return Err(refused("the token is of another time"));
        }
        let limit = i64::from(expected.issuance_limit_hours).saturating_mul(3_600);
        let age = now.saturating_sub(issued);
        if now >= expires.saturating_add(SKEW_SECS) || age > limit.saturating_add(SKEW_SECS) {
            return Err(ErrorCode::OidcTokenExpired.into());
        }
        let issuer = expected.issuer.clone();
        Ok(Claims { subject: self.sub, issuer, audience, expires, issued })
    }
}
