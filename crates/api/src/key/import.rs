// SPDX-License-Identifier: Apache-2.0
//! How key material is wrapped on its way here (wire reference, section 2.6; AWS's words where Alibaba
//! has none).

use super::KeySpec;
use super::algorithm::{EncryptionAlgorithm, Hash};
use crate::bytes::Octets;
use crate::error::ApiError;
use crate::text::words;

/// Longest token and longest wrapped material, in bytes before base64: AWS's limit. Both are far under
/// it, so that their base64 is too.
pub const IMPORTED_MAX_LEN: usize = 6_144;
/// What proves where wrapped material belongs: opaque.
pub type ImportToken = Octets<IMPORTED_MAX_LEN>;
/// Wrapped material.
pub type EncryptedKeyMaterial = Octets<IMPORTED_MAX_LEN>;

words! {
    /// What wraps material.
    ImportAlgorithm,
    "It must be RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1, RSA_AES_KEY_WRAP_SHA_256, \
     RSA_AES_KEY_WRAP_SHA_1 or RSAES_PKCS1_V1_5; with EC_SM2 it must be SM2PKE.";
    /// RSAES-OAEP (RFC 8017, section 7.1) with SHA-256, MGF1 with the same, an empty label.
    RsaOaepSha256 = "RSAES_OAEP_SHA_256",
    /// The same with SHA-1.
    RsaOaepSha1 = "RSAES_OAEP_SHA_1",
    /// An AES-256 key under RSAES-OAEP with SHA-256, and after it the material under that key by AES key
    /// wrap with padding (RFC 5649). Not in Alibaba's manual.
    RsaAesKeyWrapSha256 = "RSA_AES_KEY_WRAP_SHA_256",
    /// The same with SHA-1. Not in Alibaba's manual.
    RsaAesKeyWrapSha1 = "RSA_AES_KEY_WRAP_SHA_1",
    /// RSAES-PKCS1-v1_5 (RFC 8017, section 7.2). Not with AWS. An operator can switch it off.
    RsaPkcs1V15 = "RSAES_PKCS1_V1_5",
    /// SM2's public-key encryption (GB/T 32918.4).
    Sm2Pke = "SM2PKE",
}

/// The steps of a [`ImportAlgorithm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwrapping {
    /// RSAES-OAEP of the material.
    Oaep(Hash),
    /// RSAES-OAEP of an AES-256 key, then AES key wrap with padding of the material.
    OaepAndKeyWrap(Hash),
    /// RSAES-PKCS1-v1_5 of the material.
    Pkcs1,
    /// SM2PKE of the material.
    Sm2,
}

impl ImportAlgorithm {
    /// What it does.
    #[must_use]
    pub const fn steps(self) -> Unwrapping {
        match self {
            Self::RsaOaepSha256 => Unwrapping::Oaep(Hash::Sha256),
            Self::RsaOaepSha1 => Unwrapping::Oaep(Hash::Sha1),
            Self::RsaAesKeyWrapSha256 => Unwrapping::OaepAndKeyWrap(Hash::Sha256),
            Self::RsaAesKeyWrapSha1 => Unwrapping::OaepAndKeyWrap(Hash::Sha1),
            Self::RsaPkcs1V15 => Unwrapping::Pkcs1,
            Self::Sm2Pke => Unwrapping::Sm2,
        }
    }

    /// What of it is done under the wrapping key, if that is an algorithm of keys here too.
    #[must_use]
    pub const fn encryption(self) -> Option<EncryptionAlgorithm> {
        match self {
            Self::RsaOaepSha256 | Self::RsaAesKeyWrapSha256 => {
                Some(EncryptionAlgorithm::RsaOaepSha256)
            }
            Self::RsaOaepSha1 | Self::RsaAesKeyWrapSha1 => Some(EncryptionAlgorithm::RsaOaepSha1),
            Self::Sm2Pke => Some(EncryptionAlgorithm::Sm2Pke),
            Self::RsaPkcs1V15 => None,
        }
    }

    /// Refuses a wrapping key that does not have it.
    ///
    /// # Errors
    /// `InvalidParameter` naming `WrappingAlgorithm`.
    pub fn check_spec(self, spec: ImportKeySpec) -> Result<(), ApiError> {
        if (spec == ImportKeySpec::EcSm2) == (self == Self::Sm2Pke) {
            return Ok(());
        }
        let remedy = "With WrappingKeySpec EC_SM2 it must be SM2PKE, and with no other.";
        Err(ApiError::invalid_parameter("WrappingAlgorithm", remedy))
    }
}

words! {
    /// The key pair that material is wrapped under.
    ImportKeySpec, "It must be RSA_2048, RSA_3072, RSA_4096 or EC_SM2.";
    /// RSA, 2048 bits.
    Rsa2048 = "RSA_2048",
    /// RSA, 3072 bits. Not in Alibaba's manual.
    Rsa3072 = "RSA_3072",
    /// RSA, 4096 bits. Not in Alibaba's manual.
    Rsa4096 = "RSA_4096",
    /// SM2.
    EcSm2 = "EC_SM2",
}

impl ImportKeySpec {
    /// The same among the specs of all keys.
    #[must_use]
    pub const fn key_spec(self) -> KeySpec {
        match self {
            Self::Rsa2048 => KeySpec::Rsa2048,
            Self::Rsa3072 => KeySpec::Rsa3072,
            Self::Rsa4096 => KeySpec::Rsa4096,
            Self::EcSm2 => KeySpec::EcSm2,
        }
    }
}
