// SPDX-License-Identifier: Apache-2.0
//! What all request signatures have in common. A scheme is data: which hash, what stands around the
//! secret, and a chain of texts that the key is bound to. How the string to sign comes about is each
//! dialect's own.
//!
//! HMAC-SHA1 is what Alibaba's RPC protocol asks for; nothing here relies on SHA-1 resisting
//! collisions.

#[cfg(feature = "server")]
pub(crate) mod claim;

use std::borrow::Cow;
use std::fmt;

#[cfg(feature = "server")]
use base64::Engine as _;
use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::ApiError;

/// How far a request's time may be from the server's, either way: 15 minutes.
pub const WINDOW_SECS: u64 = 15 * 60;

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
    #[cfg(feature = "server")]
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
            #[cfg(feature = "server")]
            Hash::Sha1Base64 => {
                let mac = hmac::<sha1::Sha1>(&key, message)?;
                Ok(base64::engine::general_purpose::STANDARD.encode(mac))
            }
            Hash::Sha256Hex => Ok(hex_of(hmac::<Sha256>(&key, message)?.into())),
        }
    }
}

/// Lowercase hexadecimal of SHA-256, as canonical requests have it.
pub(crate) fn hash_hex(bytes: impl AsRef<[u8]>) -> String {
    hex_of(Sha256::digest(bytes).into())
}

/// Lowercase hexadecimal of 32 bytes. Into a slice, since several of them stand on every call's way, and
/// `hex::encode` goes character by character.
fn hex_of(bytes: [u8; 32]) -> String {
    let mut text = [0; 64];
    // The one error is of another length.
    let written = hex::encode_to_slice(bytes, &mut text);
    let text = written.ok().and_then(|()| str::from_utf8(&text).ok());
    text.unwrap_or_default().to_owned()
}

/// The canonical request of the schemes that sign headers. `headers` are in the order of their names,
/// which are in lowercase.
pub(crate) fn canonical_request(
    method: &str,
    query: &str,
    headers: &[(&str, Cow<'_, str>)],
    body_hash: &str,
) -> String {
    let lines: usize = headers.iter().map(|(name, value)| 2 * name.len() + value.len() + 3).sum();
    let mut request = String::with_capacity(lines + query.len() + body_hash.len() + 16);
    for part in [method, "\n/\n", query, "\n"] {
        request.push_str(part);
    }
    for part in headers.iter().flat_map(|(name, value)| [*name, ":", value, "\n"]) {
        request.push_str(part);
    }
    let mut joint = "\n";
    for (name, _) in headers {
        request.push_str(joint);
        request.push_str(name);
        joint = ";";
    }
    request.push('\n');
    request.push_str(body_hash);
    request
}

/// `SignedHeaders`.
pub(crate) fn names(headers: &[(&str, Cow<'_, str>)]) -> String {
    headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
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
