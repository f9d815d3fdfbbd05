// SPDX-License-Identifier: Apache-2.0
//! What all request signatures have in common. A scheme is data: which hash, what stands around the
//! secret, and a chain of texts that the key is bound to. How the string to sign comes about is each
//! dialect's own.
//!
//! HMAC-SHA1 is what Alibaba's RPC protocol asks for; nothing here relies on SHA-1 resisting
//! collisions.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::{ApiError, ErrorCode};
use crate::id::AccessKeyId;
use crate::time::Timestamp;

/// How far a request's time may be from the server's, either way: 15 minutes.
pub const WINDOW_SECS: u64 = 15 * 60;

/// Longest nonce taken, in bytes: each is remembered. The longest that an SDK sends has 64.
pub(crate) const NONCE_MAX_LEN: usize = 256;

/// Most headers that a request may sign. Each is looked for among all, before anyone is known to
/// have signed anything; SDKs sign about ten.
pub(crate) const MAX_SIGNED_HEADERS: usize = 64;

/// Most of a string to sign that an answer quotes, in bytes: an unsigned request must not be answered
/// at many times its length.
const QUOTED_MAX_LEN: usize = 4_096;

/// The secret half of an access key. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
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

/// Who says to have sent a request, and when.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) access_key_id: AccessKeyId,
    pub(crate) security_token: Option<SecurityToken>,
    pub(crate) timestamp: Timestamp,
    pub(crate) nonce: Option<String>,
}

/// A way to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scheme {
    pub(crate) hash: Hash,
    /// What stands before the secret in the first key.
    pub(crate) prefix: &'static str,
    /// What stands after it.
    pub(crate) suffix: &'static str,
    /// What the key is bound to: each key but the first is the MAC of a link under the one before.
    pub(crate) links: Vec<String>,
}

/// HMAC's hash, and how the signature is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    /// HMAC-SHA1 in base64.
    Sha1Base64,
    /// HMAC-SHA256 in lowercase hexadecimal.
    Sha256Hex,
}

impl Scheme {
    /// The signature's text.
    pub(crate) fn sign(
        &self,
        secret: &AccessKeySecret,
        string_to_sign: &str,
    ) -> Result<String, ApiError> {
        let parts = [self.prefix, secret.expose_secret(), self.suffix];
        let first = Zeroizing::new(parts.concat().into_bytes());
        let key = self.links.iter().try_fold(first, |key, link| {
            Ok::<_, ApiError>(Zeroizing::new(hmac::<Sha256>(&key, link.as_bytes())?.to_vec()))
        })?;
        let message = string_to_sign.as_bytes();
        match self.hash {
            Hash::Sha1Base64 => Ok(STANDARD.encode(hmac::<Sha1>(&key, message)?)),
            Hash::Sha256Hex => Ok(hex::encode(hmac::<Sha256>(&key, message)?)),
        }
    }
}

/// A signature that a request carries, with all that is needed to check it but the secret.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) scheme: Scheme,
    /// What was signed. Where more than one reading of the request is possible, all of them.
    pub(crate) strings_to_sign: Vec<String>,
    pub(crate) signature: String,
    /// Whether the request is at odds with what it says was signed, whatever the signature is.
    pub(crate) contradicts_itself: bool,
    /// Whether a refusal quotes the string to sign: an old SDK of Alibaba's needs it there (wire
    /// reference, section 1.9), and a user finds his mistake by it.
    pub(crate) is_quoted: bool,
}

impl Claim {
    /// Whether the holder of `secret` made the signature. Takes the same time for every wrong one.
    ///
    /// # Errors
    /// `SignatureDoesNotMatch`.
    pub(crate) fn check(&self, secret: &AccessKeySecret) -> Result<(), ApiError> {
        for string in &self.strings_to_sign {
            let expected = self.scheme.sign(secret, string)?;
            let same = expected.as_bytes().ct_eq(self.signature.as_bytes());
            if bool::from(same) && !self.contradicts_itself {
                return Ok(());
            }
        }
        Err(self.mismatch())
    }

    fn mismatch(&self) -> ApiError {
        if !self.is_quoted {
            return ApiError::with_message(
                ErrorCode::SignatureDoesNotMatch,
                "The request's signature is not the one calculated here. Check the secret access \
                 key, and that day, region and service of the credential's scope are the request's.",
            );
        }
        let signed = self.strings_to_sign.first().map_or("", |string| string);
        let mut end = signed.len().min(QUOTED_MAX_LEN);
        while !signed.is_char_boundary(end) {
            end -= 1;
        }
        let (quoted, rest) = signed.split_at(end);
        let cut = if rest.is_empty() { "" } else { ".." };
        ApiError::with_message(
            ErrorCode::SignatureDoesNotMatch,
            format!(
                "Specified signature is not matched with our calculation. server string to sign is:{quoted}{cut}"
            ),
        )
    }
}

/// An id that cannot be one is an id that is not found.
pub(crate) fn parse_access_key_id(text: &str) -> Result<AccessKeyId, ApiError> {
    text.parse().map_err(|_| ApiError::new(ErrorCode::InvalidAccessKeyIdNotFound))
}

/// Lowercase hexadecimal of SHA-256, as canonical requests have it.
pub(crate) fn hash_hex(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
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

    #[test]
    fn a_refusal_quotes_no_more_than_a_few_kilobytes() {
        let scheme = Scheme { hash: Hash::Sha256Hex, prefix: "", suffix: "", links: Vec::new() };
        let claim = Claim {
            scheme,
            strings_to_sign: vec!["é".repeat(500_000)],
            signature: String::new(),
            contradicts_itself: false,
            is_quoted: true,
        };
        let error = claim.check(&AccessKeySecret::new("testsecret")).unwrap_err();
        assert!(error.message().len() < 4_300, "{}", error.message().len());
    }
}
