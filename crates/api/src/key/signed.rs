// SPDX-License-Identifier: Apache-2.0
//! What is signed, and the forms in which a caller may give it.
//!
//! | algorithm | Alibaba's `Digest` | AWS's `MessageType` |
//! |---|---|---|
//! | RSA, ECDSA | the hash of the message | `RAW`: hashed here; `DIGEST` |
//! | SM2DSA | SM3 of Z and the message | `RAW`: hashed here; `DIGEST` |
//! | ED25519_SHA_512 | the message itself | `RAW` |
//! | ED25519_PH_SHA_512 | the hash of the message | `DIGEST` |
//! | ML_DSA_SHAKE_256 | mu (FIPS 204, algorithm 7, line 6) | `RAW`: mu is made here; `EXTERNAL_MU` |

use std::borrow::Cow;

use sha2::Digest as _;

use super::algorithm::{Hash, SignatureScheme, SigningAlgorithm};
use crate::bytes::{Digest, SIGNED_MAX_LEN, SecretBytes};
use crate::error::ApiError;

/// What is signed.
#[derive(Clone, Copy)]
pub enum Signed<'a> {
    /// All of it.
    Message(&'a [u8]),
    /// Its digest, or what the algorithm has in a digest's place.
    Digest(&'a [u8]),
}

impl<'a> Signed<'a> {
    /// The digest that was given, or the message's by `hash`; nothing if that is no hash of a message alone.
    #[must_use]
    pub fn digest(self, hash: Hash) -> Option<Cow<'a, [u8]>> {
        match (self, hash) {
            (Self::Digest(digest), _) => Some(Cow::Borrowed(digest)),
            (Self::Message(message), Hash::Sha256) => Some(owned(sha2::Sha256::digest(message))),
            (Self::Message(message), Hash::Sha384) => Some(owned(sha2::Sha384::digest(message))),
            (Self::Message(message), Hash::Sha512) => Some(owned(sha2::Sha512::digest(message))),
            (Self::Message(_), Hash::Sha1 | Hash::Sm3 | Hash::Shake256) => None,
        }
    }

    /// The message, if that was given.
    #[must_use]
    pub const fn message(self) -> Option<&'a [u8]> {
        match self {
            Self::Message(message) => Some(message),
            Self::Digest(_) => None,
        }
    }
}

fn owned<'a>(digest: impl AsRef<[u8]>) -> Cow<'a, [u8]> {
    Cow::Owned(digest.as_ref().to_vec())
}

/// What a caller may say that it gives (AWS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedForm {
    /// The message.
    Message,
    /// Its digest.
    Digest,
    /// Mu of ML-DSA, which is made of public key, context and message.
    ExternalMu,
}

impl SigningAlgorithm {
    /// The forms in which it takes what it signs.
    #[must_use]
    pub const fn forms(self) -> &'static [SignedForm] {
        use SignatureScheme::{Ecdsa, Ed25519, Ed25519Ph, MlDsa, RsaPkcs1, RsaPss, Sm2};
        match self.parts().0 {
            RsaPss | RsaPkcs1 | Ecdsa | Sm2 => &[SignedForm::Message, SignedForm::Digest],
            Ed25519 => &[SignedForm::Message],
            Ed25519Ph => &[SignedForm::Digest],
            MlDsa => &[SignedForm::Message, SignedForm::ExternalMu],
        }
    }

    /// What is signed, from whichever a command carries.
    ///
    /// # Errors
    /// `MissingParameter` or `InvalidParameter` naming `Digest`.
    pub fn signed<'a>(
        self,
        digest: Option<&'a Digest>,
        message: Option<&'a SecretBytes>,
    ) -> Result<Signed<'a>, ApiError> {
        match (digest, message) {
            (_, Some(message)) => Ok(Signed::Message(message.expose_secret())),
            (None, None) => Err(ApiError::missing_parameter("Digest")),
            (Some(given), None) if self.forms() == [SignedForm::Message] => {
                Ok(Signed::Message(&given.0))
            }
            (Some(given), None) => {
                self.check_digest("Digest", &given.0)?;
                Ok(Signed::Digest(&given.0))
            }
        }
    }

    /// Refuses a digest of another length than this algorithm's.
    ///
    /// # Errors
    /// `InvalidParameter` naming `parameter`.
    pub fn check_digest(self, parameter: &str, digest: &[u8]) -> Result<(), ApiError> {
        let len = self.hash().len();
        if digest.len() == len {
            return Ok(());
        }
        let what = if self.forms().contains(&SignedForm::ExternalMu) { "mu" } else { "a digest" };
        let remedy = format!("With {self} it must be {what} of {len} bytes before base64.");
        Err(ApiError::invalid_parameter(parameter, remedy))
    }

    /// Refuses a message that is longer than a server hashes.
    ///
    /// # Errors
    /// `InvalidParameter` naming `Message`.
    pub fn check_message(self, message: &[u8]) -> Result<(), ApiError> {
        if message.len() <= SIGNED_MAX_LEN {
            return Ok(());
        }
        let longer = match self.forms() {
            [_, SignedForm::Digest] => {
                " Of a longer message give the digest, with MessageType DIGEST."
            }
            [_, SignedForm::ExternalMu] => {
                " Of a longer message give mu, with MessageType EXTERNAL_MU."
            }
            _ => " A longer message can be signed with ED25519_PH_SHA_512, by its digest.",
        };
        let remedy = format!("It must be at most {SIGNED_MAX_LEN} bytes before base64.{longer}");
        Err(ApiError::invalid_parameter("Message", remedy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Octets;
    use crate::error::ErrorCode;

    #[test]
    fn a_digest_has_its_algorithm_s_length() {
        for &algorithm in SigningAlgorithm::ALL {
            let signed = |len| algorithm.signed(Some(&Octets(vec![0; len])), None).map(|_| ());
            let len = algorithm.hash().len();
            assert!(signed(len).is_ok(), "{algorithm}");
            for other in [1, len - 1, len + 1] {
                let takes_any = algorithm == SigningAlgorithm::Ed25519Sha512;
                assert_eq!(signed(other).is_ok(), takes_any, "{algorithm}: {other}");
            }
            let missing = algorithm.signed(None, None).map(|_| ()).unwrap_err();
            assert_eq!(missing.code(), ErrorCode::MissingParameter);
        }
    }

    #[test]
    fn a_digest_of_ed25519_is_its_message() {
        let given = Octets(b"a message".to_vec());
        let signed = SigningAlgorithm::Ed25519Sha512.signed(Some(&given), None).unwrap();
        assert_eq!(signed.message(), Some(&b"a message"[..]));
        let given = Octets(vec![7; 64]);
        let signed = SigningAlgorithm::Ed25519PhSha512.signed(Some(&given), None).unwrap();
        assert_eq!(signed.message(), None);
    }

    #[test]
    fn only_a_hash_of_the_message_alone_is_made_of_it() {
        let signed = Signed::Message(b"abc");
        for (hash, made) in [
            (Hash::Sha1, false),
            (Hash::Sha256, true),
            (Hash::Sha384, true),
            (Hash::Sha512, true),
            (Hash::Sm3, false),
            (Hash::Shake256, false),
        ] {
            let digest = signed.digest(hash).map(|digest| digest.len());
            assert_eq!(digest, made.then(|| hash.len()), "{hash:?}");
        }
    }
}
