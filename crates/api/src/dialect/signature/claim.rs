// SPDX-License-Identifier: Apache-2.0
//! The signature of a request that came, until it is checked.

use subtle::ConstantTimeEq;

use super::{AccessKeySecret, Scheme, SecurityToken, hash_hex};
use crate::error::{ApiError, ErrorCode};
use crate::id::AccessKeyId;
use crate::time::Timestamp;

/// Longest nonce taken, in bytes: each is remembered. The longest that an SDK sends has 64.
pub(crate) const NONCE_MAX_LEN: usize = 256;

/// Most of a string to sign that an answer quotes, in bytes: an unsigned request must not be answered
/// at many times its length.
const QUOTED_MAX_LEN: usize = 4_096;

/// Who says to have sent a request, and when.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) access_key_id: AccessKeyId,
    pub(crate) security_token: Option<SecurityToken>,
    pub(crate) timestamp: Timestamp,
    pub(crate) nonce: Option<String>,
}

/// A signature that a request carries, with all that is needed to check it but the secret. It has no
/// `Debug`: a string to sign may hold a plaintext.
pub(crate) struct Claim<'a> {
    pub(crate) scheme: Scheme,
    /// What was signed. Where more than one reading of the request is possible, all of them.
    pub(crate) strings_to_sign: Vec<String>,
    pub(crate) signature: String,
    /// Whether the request is at odds with what it says was signed, whatever the signature is.
    pub(crate) contradicts_itself: bool,
    /// The body, and the hash that was signed for it in a header. Nobody's body is hashed before the
    /// rest is known to be signed.
    pub(crate) body: Option<(&'a [u8], &'a str)>,
    /// Whether a refusal quotes the string to sign: an old SDK of Alibaba's needs it there (wire
    /// reference, section 1.9), and a user finds his mistake by it.
    pub(crate) is_quoted: bool,
}

impl Claim<'_> {
    /// Whether the holder of `secret` made the signature. Takes the same time for every wrong one.
    ///
    /// # Errors
    /// `SignatureDoesNotMatch`.
    pub(crate) fn check(&self, secret: &AccessKeySecret) -> Result<(), ApiError> {
        for string in &self.strings_to_sign {
            let expected = self.scheme.sign(secret, string)?;
            let same = expected.as_bytes().ct_eq(self.signature.as_bytes());
            let is_signed = bool::from(same) && !self.contradicts_itself;
            if is_signed && self.body.is_none_or(|(body, hash)| hash_hex(body) == hash) {
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

#[cfg(test)]
mod tests {
    use super::super::Hash;
    use super::*;

    #[test]
    fn a_refusal_quotes_no_more_than_a_few_kilobytes() {
        let scheme = Scheme { hash: Hash::Sha256Hex, prefix: "", suffix: "", links: Vec::new() };
        let claim = Claim {
            scheme,
            strings_to_sign: vec!["é".repeat(500_000)],
            signature: String::new(),
            contradicts_itself: false,
            body: None,
            is_quoted: true,
        };
        let error = claim.check(&AccessKeySecret::new("testsecret")).unwrap_err();
        assert!(error.message().len() < 4_300, "{}", error.message().len());
    }
}
