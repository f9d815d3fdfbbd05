// SPDX-License-Identifier: Apache-2.0
//! Which signatures count (RFC 7518, section 3.1). What is not in the table does not exist here: no `none`, and
//! no HMAC, whose secret an issuer's public key would be. An algorithm and a key of another kind do not meet:
//! [`PublicKey::verifies`] is by both.

use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use rsa::{PublicKey as RsaKey, pkcs1v15::Pkcs1v15Sign};
use sha2::{Digest, Sha256};

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256, and a salt of as many bytes.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

const ALLOWED: [(&str, Algorithm); 3] =
    [("RS256", Algorithm::Rs256), ("PS256", Algorithm::Ps256), ("ES256", Algorithm::Es256)];

impl Algorithm {
    /// The algorithm of this name, which is in one case alone.
    pub(super) fn find(name: &str) -> Option<Self> {
        ALLOWED.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        ALLOWED.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

/// A key that signatures are verified with.
#[derive(Clone, Debug)]
pub(super) enum PublicKey {
    Rsa(Box<RsaKey>),
    P256(Box<VerifyingKey>),
}

impl PublicKey {
    /// Whether `signature` is this key's of `message`. Never, if the algorithm is for another kind of key.
    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let digest = || Sha256::digest(message);
        match (self, algorithm) {
            (Self::Rsa(key), Algorithm::Rs256) => {
                key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest(), signature).is_ok()
            }
            (Self::Rsa(key), Algorithm::Ps256) => {
                key.pss_verify_prehash::<Sha256>(&digest(), signature).is_ok()
            }
            (Self::P256(key), Algorithm::Es256) => Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            (Self::Rsa(_), Algorithm::Es256)
            | (Self::P256(_), Algorithm::Rs256 | Algorithm::Ps256) => false,
        }
    }
}
