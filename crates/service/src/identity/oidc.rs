// SPDX-License-Identifier: Apache-2.0
//! Tokens of identity providers (OpenID Connect Core 1.0; RFC 7515 to 7519): whom one vouches for.
//!
//! ```text
//! text --Token::parse--> Token --kid--> KeySet (the issuer's) --Token::verify--> Claims
//! ```
//!
//! | file | what it knows |
//! |---|---|
//! | `algorithm` | which signatures count, and with which keys |
//! | `jwk` | an issuer's keys |
//! | `token` | the compact form: header, statement, signature |
//! | `claims` | the statement, and whether it is good here and now |
//! | `document` | where an issuer says that its keys are |
//! | `keys` | the keys of issuers, as this isolate has fetched them |
//!
//! Whoever has no token of a provider's learns nothing of it: every token that is not proven gets one answer,
//! and what exactly is wrong is in the log. Only of a token whose signature is good is it told that its time is
//! over. A token can be used until then as often as its holder likes: it proves who calls, not that the call
//! is new.
//!
//! But for `keys`, all of it is pure.

mod algorithm;
mod claims;
mod document;
mod jwk;
mod keys;
mod token;

use edgekms_api::{
    account::{OidcProviderArn, OidcToken},
    error::ApiError,
};

use self::token::Token;
pub use self::{
    claims::{Claims, Expected},
    keys::{IssuerKeys, KeySource},
};
use super::Caller;
use crate::account::oidc::OidcProviderRecord;

/// Somebody whom an identity provider vouches for.
#[derive(Debug)]
pub struct Vouched {
    /// Who calls: nobody of the account's, and without a permission of its own.
    pub caller: Caller,
    /// Who vouches.
    pub provider: OidcProviderArn,
    /// What is said.
    pub claims: Claims,
}

/// Whom a token of this provider vouches for, at `now_secs`.
///
/// # Errors
/// `AuthenticationFail.OIDCToken.Invalid` or `.Expired`; `ServiceUnavailableTemporary` if the issuer's keys cannot be
/// had.
pub async fn vouch(
    arn: &OidcProviderArn,
    provider: &OidcProviderRecord,
    token: &OidcToken,
    keys: &KeySource<'_>,
    now_secs: i64,
) -> Result<Vouched, ApiError> {
    let token = Token::parse(token.expose_secret())?;
    // Nothing is fetched for a token that could not be good anyway.
    token.check_issuer(&provider.issuer)?;
    let keys = keys.of(&provider.issuer, token.kid()).await?;
    let expected = Expected {
        issuer: &provider.issuer,
        client_ids: &provider.client_ids,
        issuance_limit_hours: provider.issuance_limit_hours,
        now_secs,
    };
    let claims = token.verify(&keys, &expected)?;
    let caller = Caller::federated(arn, &claims.subject);
    Ok(Vouched { caller, provider: arn.clone(), claims })
}

/// The one answer to a token that is not proven. `why` is for the log.
fn refused(why: &'static str) -> ApiError {
    ApiError::new(edgekms_api::error::ErrorCode::OidcTokenInvalid).with_detail(why)
}

#[cfg(test)]
mod tests;
