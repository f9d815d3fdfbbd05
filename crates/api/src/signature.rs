// SPDX-License-Identifier: Apache-2.0
//! Request signatures, made and checked (wire reference, sections 1.3 to 1.6).
//!
//! - [`rpc_v1`]: HMAC-SHA1 over all parameters; everything travels as parameters.
//! - [`acs`]: HMAC-SHA256 over the query, chosen headers and a hash of the body; everything but the
//!   action's parameters travels in headers. ACS3 and the opt-in ACS4 differ in their key alone.
//!
//! HMAC-SHA1 is what the protocol asks for; nothing here relies on SHA-1 resisting collisions.

pub mod acs;
pub mod rpc_v1;

use std::fmt;

use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit, Mac};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{ApiError, ErrorCode};

/// How far a request's time may be from the server's, either way: 15 minutes.
pub const WINDOW_SECS: u64 = 15 * 60;

/// Longest nonce taken, in bytes: each is remembered. The longest that an SDK sends has 64.
const NONCE_MAX_LEN: usize = 256;

/// The secret half of an access key. Wiped when dropped, never printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct AccessKeySecret(Box<str>);

impl AccessKeySecret {
    /// Takes the secret.
    #[must_use]
    pub fn new(secret: impl Into<Box<str>>) -> Self {
        Self(secret.into())
    }

    /// The secret, to be used and not kept.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKeySecret(..)")
    }
}

/// The token that goes with a temporary access key. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecurityToken(Box<str>);

impl SecurityToken {
    /// Takes the token.
    #[must_use]
    pub fn new(token: impl Into<Box<str>>) -> Self {
        Self(token.into())
    }

    /// The token, to be used and not kept.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecurityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecurityToken(..)")
    }
}

/// What a client signs with.
#[derive(Debug)]
pub struct Credentials {
    /// The access key's id.
    pub access_key_id: String,
    /// Its secret.
    pub access_key_secret: AccessKeySecret,
    /// The token, if the key is temporary.
    pub security_token: Option<SecurityToken>,
}

/// A signature that a request carries, with all that is needed to check it but the secret.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) scheme: Scheme,
    pub(crate) string_to_sign: String,
    /// The signature as text: base64 or lowercase hex.
    pub(crate) signature: String,
}

/// The ways to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    RpcV1,
    Acs3,
    Acs4(acs::CredentialScope),
}

impl Claim {
    /// Whether the holder of `secret` made the signature. Takes the same time for every wrong one.
    ///
    /// # Errors
    /// `SignatureDoesNotMatch`, whose message quotes the string that the server signed: an old SDK
    /// needs it there (wire reference, section 1.9), and a user finds his mistake by it.
    pub(crate) fn check(&self, secret: &AccessKeySecret) -> Result<(), ApiError> {
        let expected = self.scheme.signature(secret, &self.string_to_sign)?;
        if bool::from(expected.as_bytes().ct_eq(self.signature.as_bytes())) {
            Ok(())
        } else {
            Err(self.mismatch())
        }
    }

    pub(crate) fn mismatch(&self) -> ApiError {
        ApiError::with_message(
            ErrorCode::SignatureDoesNotMatch,
            format!(
                "Specified signature is not matched with our calculation. server string to sign is:{}",
                self.string_to_sign
            ),
        )
    }
}

impl Scheme {
    /// The text of the signature.
    fn signature(
        &self,
        secret: &AccessKeySecret,
        string_to_sign: &str,
    ) -> Result<String, ApiError> {
        match self {
            Self::RpcV1 => rpc_v1::signature(secret, string_to_sign),
            Self::Acs3 => acs::signature(secret.expose_secret().as_bytes(), string_to_sign),
            Self::Acs4(scope) => acs::signature(&scope.signing_key(secret)?, string_to_sign),
        }
    }
}

/// HMAC (RFC 2104) with the hash `H`.
fn hmac<H: EagerHash>(key: &[u8], message: &[u8]) -> Result<hmac::digest::Output<H>, ApiError>
where
    Hmac<H>: KeyInit + Mac<OutputSize = <H as hmac::digest::OutputSizeUser>::OutputSize>,
{
    // HMAC takes keys of any length; the error exists for other constructions.
    let mut mac = Hmac::<H>::new_from_slice(key).map_err(ApiError::internal)?;
    mac.update(message);
    Ok(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print() {
        let credentials = Credentials {
            access_key_id: "testid".to_owned(),
            access_key_secret: AccessKeySecret::new("testsecret"),
            security_token: Some(SecurityToken::new("token")),
        };
        assert_eq!(
            format!("{credentials:?}"),
            "Credentials { access_key_id: \"testid\", access_key_secret: AccessKeySecret(..), \
             security_token: Some(SecurityToken(..)) }"
        );
    }
}
