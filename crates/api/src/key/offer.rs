// SPDX-License-Identifier: Apache-2.0
//! Which of the documented kinds of key this server makes. To offer another, add a row.

mod policy;

pub use policy::{OfferPolicy, SpecSet};

use super::algorithm::{Algorithms, EncryptionAlgorithm, MacAlgorithm, SigningAlgorithm};
use super::{KeySpec, KeyUsage, Origin, ProtectionLevel};
use crate::error::{ApiError, ErrorCode};

/// A kind of key that CreateKey can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyKind {
    /// Algorithm and size.
    pub spec: KeySpec,
    /// What the key is for.
    pub usage: KeyUsage,
    /// Who makes its material.
    pub origin: Origin,
    /// What guards its material.
    pub protection_level: ProtectionLevel,
}

/// A kind of key that the server makes, and what keys of it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Algorithm and size.
    pub spec: KeySpec,
    /// What the key is for.
    pub usage: KeyUsage,
    /// What can guard its material: a deployment without a hardware store has SOFTWARE alone.
    pub protection_levels: &'static [ProtectionLevel],
    /// What is known about the implementation.
    pub review: Review,
    /// What it does.
    pub algorithms: Algorithms,
    /// Which of its algorithms FIPS 140-3 lets a module use; nothing if the kind itself is not approved.
    pub approved: Option<Algorithms>,
}

/// What is known about the implementation of a kind of key (docs/security-model.md says of each).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Review {
    /// There is a public report of an audit.
    Audited,
    /// There is none of the whole, but its parts are audited or in wide use, and it passes the vectors of others.
    Established,
    /// Neither. It is offered where the operator asks for it.
    Unaudited,
}

const RSA_SIGNING: Algorithms = Algorithms::Signing(&[
    SigningAlgorithm::RsaPssSha256,
    SigningAlgorithm::RsaPssSha384,
    SigningAlgorithm::RsaPssSha512,
    SigningAlgorithm::RsaPkcs1Sha256,
    SigningAlgorithm::RsaPkcs1Sha384,
    SigningAlgorithm::RsaPkcs1Sha512,
]);
const RSA_ENCRYPTION: Algorithms =
    Algorithms::Encryption(&[EncryptionAlgorithm::RsaOaepSha256, EncryptionAlgorithm::RsaOaepSha1]);
const OAEP_SHA_256: Algorithms = Algorithms::Encryption(&[EncryptionAlgorithm::RsaOaepSha256]);
const ECDSA_SHA_256: Algorithms = Algorithms::Signing(&[SigningAlgorithm::EcdsaSha256]);
const ECDSA_SHA_384: Algorithms = Algorithms::Signing(&[SigningAlgorithm::EcdsaSha384]);
const ECDSA_SHA_512: Algorithms = Algorithms::Signing(&[SigningAlgorithm::EcdsaSha512]);
const SM2_SIGNING: Algorithms = Algorithms::Signing(&[SigningAlgorithm::Sm2Dsa]);
const SM2_ENCRYPTION: Algorithms = Algorithms::Encryption(&[EncryptionAlgorithm::Sm2Pke]);
const ED25519: Algorithms =
    Algorithms::Signing(&[SigningAlgorithm::Ed25519Sha512, SigningAlgorithm::Ed25519PhSha512]);
const ML_DSA: Algorithms = Algorithms::Signing(&[SigningAlgorithm::MlDsaShake256]);

const fn offer(
    spec: KeySpec,
    usage: KeyUsage,
    protection_levels: &'static [ProtectionLevel],
    review: Review,
    algorithms: Algorithms,
    approved: Option<Algorithms>,
) -> Offer {
    Offer { spec, usage, protection_levels, review, algorithms, approved }
}

const SOFTWARE: &[ProtectionLevel] = &[ProtectionLevel::Software];
const ANY_LEVEL: &[ProtectionLevel] = &[ProtectionLevel::Software, ProtectionLevel::Hsm];

const HMAC_SHA_224: Algorithms = Algorithms::Mac(&[MacAlgorithm::HmacSha224]);
const HMAC_SHA_256: Algorithms = Algorithms::Mac(&[MacAlgorithm::HmacSha256]);
const HMAC_SHA_384: Algorithms = Algorithms::Mac(&[MacAlgorithm::HmacSha384]);
const HMAC_SHA_512: Algorithms = Algorithms::Mac(&[MacAlgorithm::HmacSha512]);
const HMAC_SM3: Algorithms = Algorithms::Mac(&[MacAlgorithm::HmacSm3]);

use KeyUsage::{EncryptDecrypt, GenerateVerifyMac, SignVerify};
use Review::{Audited, Established, Unaudited};

/// Every kind that the server makes. Approved are those of FIPS 186-5, SP 800-186, FIPS 197, FIPS 204 and
/// SP 800-56B with what SP 800-131A leaves of them. The shorter AES keys are not: their messages' keys come from
/// HKDF, which SP 800-108 does not have.
#[rustfmt::skip]
pub const OFFERED: &[Offer] = &[
    offer(KeySpec::Aes256,  EncryptDecrypt, ANY_LEVEL, Established, Algorithms::Symmetric, Some(Algorithms::Symmetric)),
    offer(KeySpec::Rsa2048, SignVerify,     SOFTWARE,  Established, RSA_SIGNING,           Some(RSA_SIGNING)),
    offer(KeySpec::Rsa2048, EncryptDecrypt, SOFTWARE,  Established, RSA_ENCRYPTION,        Some(OAEP_SHA_256)),
    offer(KeySpec::Rsa3072, SignVerify,     SOFTWARE,  Established, RSA_SIGNING,           Some(RSA_SIGNING)),
    offer(KeySpec::Rsa3072, EncryptDecrypt, SOFTWARE,  Established, RSA_ENCRYPTION,        Some(OAEP_SHA_256)),
    offer(KeySpec::Rsa4096, SignVerify,     SOFTWARE,  Established, RSA_SIGNING,           Some(RSA_SIGNING)),
    offer(KeySpec::Rsa4096, EncryptDecrypt, SOFTWARE,  Established, RSA_ENCRYPTION,        Some(OAEP_SHA_256)),
    offer(KeySpec::EcP256,  SignVerify,     ANY_LEVEL, Established, ECDSA_SHA_256,         Some(ECDSA_SHA_256)),
    offer(KeySpec::EcP384,  SignVerify,     SOFTWARE,  Established, ECDSA_SHA_384,         Some(ECDSA_SHA_384)),
    offer(KeySpec::EcP521,  SignVerify,     SOFTWARE,  Unaudited,   ECDSA_SHA_512,         Some(ECDSA_SHA_512)),
    offer(KeySpec::EcP256k, SignVerify,     SOFTWARE,  Audited,     ECDSA_SHA_256,         None),
    offer(KeySpec::EcSm2,   SignVerify,     SOFTWARE,  Unaudited,   SM2_SIGNING,           None),
    offer(KeySpec::EcSm2,   EncryptDecrypt, SOFTWARE,  Unaudited,   SM2_ENCRYPTION,        None),
    offer(KeySpec::Ed25519, SignVerify,     SOFTWARE,  Audited,     ED25519,               Some(ED25519)),
    offer(KeySpec::MlDsa44, SignVerify,     SOFTWARE,  Unaudited,   ML_DSA,                Some(ML_DSA)),
    offer(KeySpec::MlDsa65, SignVerify,     SOFTWARE,  Unaudited,   ML_DSA,                Some(ML_DSA)),
    offer(KeySpec::MlDsa87, SignVerify,     SOFTWARE,  Unaudited,   ML_DSA,                Some(ML_DSA)),
    offer(KeySpec::Aes192,  EncryptDecrypt, SOFTWARE,  Established, Algorithms::Symmetric, None),
    offer(KeySpec::Aes128,  EncryptDecrypt, SOFTWARE,  Established, Algorithms::Symmetric, None),
    offer(KeySpec::Sm4,     EncryptDecrypt, SOFTWARE,  Unaudited,   Algorithms::Symmetric, None),
    offer(KeySpec::Hmac224, GenerateVerifyMac, SOFTWARE, Established, HMAC_SHA_224,        Some(HMAC_SHA_224)),
    offer(KeySpec::Hmac256, GenerateVerifyMac, SOFTWARE, Established, HMAC_SHA_256,        Some(HMAC_SHA_256)),
    offer(KeySpec::Hmac384, GenerateVerifyMac, SOFTWARE, Established, HMAC_SHA_384,        Some(HMAC_SHA_384)),
    offer(KeySpec::Hmac512, GenerateVerifyMac, SOFTWARE, Established, HMAC_SHA_512,        Some(HMAC_SHA_512)),
    offer(KeySpec::HmacSm3, GenerateVerifyMac, SOFTWARE, Unaudited,   HMAC_SM3,            None),
];

fn row_of(spec: KeySpec, usage: KeyUsage) -> Option<&'static Offer> {
    OFFERED.iter().find(|row| row.spec == spec && row.usage == usage)
}

/// What keys of this spec and usage do; nothing for a pair that is not offered.
#[must_use]
pub fn algorithms(spec: KeySpec, usage: KeyUsage) -> Option<Algorithms> {
    row_of(spec, usage).map(|row| row.algorithms)
}

impl KeyKind {
    /// Whether keys of the kind get new versions under which they go on: symmetric ones do, unless
    /// their material is imported.
    ///
    /// # Errors
    /// `Unsupported.Origin` for imported material, `UnsupportedOperation` for another kind.
    pub fn check_rotates(self) -> Result<(), ApiError> {
        if self.origin != Origin::AliyunKms {
            return Err(ErrorCode::UnsupportedOrigin.into());
        }
        match algorithms(self.spec, self.usage) {
            Some(Algorithms::Symmetric) => Ok(()),
            _ => Err(ApiError::with_message(
                ErrorCode::UnsupportedOperation,
                "Only keys that encrypt data keys and blobs rotate. Make a new key, or a new version \
                 of an asymmetric one with CreateKeyVersion.",
            )),
        }
    }

    /// The kind itself, if it is in the table, the deployment's policy admits it, and it has a store of its
    /// protection level.
    ///
    /// # Errors
    /// `InvalidParameter` if keys of the spec never have the usage; `Unsupported.ProtectionLevel` if no
    /// row that is offered has that one, or imported material cannot have it; else
    /// `UnsupportedOperation`.
    pub fn offered(
        self,
        levels: &[ProtectionLevel],
        policy: OfferPolicy,
    ) -> Result<Self, ApiError> {
        if !self.spec.usages().contains(&self.usage) {
            let remedy =
                format!("A key of spec {} cannot have the usage {}.", self.spec, self.usage);
            return Err(ApiError::invalid_parameter("KeyUsage", remedy));
        }
        let refused = |code, name, value| Err(refused(code, name, value, levels, policy));
        let level = self.protection_level;
        if self.origin == Origin::External && level != ProtectionLevel::Software {
            return Err(ApiError::with_message(
                ErrorCode::UnsupportedProtectionLevel,
                "Keys of Origin EXTERNAL are kept by this server's own software alone. Leave \
                 ProtectionLevel out or give SOFTWARE.",
            ));
        }
        let level_refused =
            || refused(ErrorCode::UnsupportedProtectionLevel, "ProtectionLevel", level.as_str());
        if !levels.contains(&level) {
            return level_refused();
        }
        let Some(row) = row_of(self.spec, self.usage) else {
            return refused(ErrorCode::UnsupportedOperation, "KeySpec", self.spec.as_str());
        };
        policy.check_new(row)?;
        if row.protection_levels.contains(&level) { Ok(self) } else { level_refused() }
    }
}

fn refused(
    code: ErrorCode,
    name: &str,
    value: &str,
    levels: &[ProtectionLevel],
    policy: OfferPolicy,
) -> ApiError {
    let offered: Vec<_> = OFFERED
        .iter()
        .filter(|row| policy.check_new(row).is_ok())
        .map(|row| {
            let held = row.protection_levels.iter().filter(|level| levels.contains(level));
            let held: Vec<_> = held.map(|level| level.as_str()).collect();
            format!("{} for {} ({})", row.spec, row.usage, held.join(" or "))
        })
        .collect();
    let message = format!(
        "{}. {name} {value} is not offered by this server, which makes keys, by KeySpec: {}.",
        code.default_message().trim_end_matches('.'),
        offered.join("; ")
    );
    ApiError::with_message(code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AES: KeyKind = KeyKind {
        spec: KeySpec::Aes256,
        usage: KeyUsage::EncryptDecrypt,
        origin: Origin::AliyunKms,
        protection_level: ProtectionLevel::Software,
    };
    const HSM: ProtectionLevel = ProtectionLevel::Hsm;
    const DEFAULT: OfferPolicy = OfferPolicy::DEFAULT;

    #[test]
    fn what_is_not_in_the_table_is_refused_by_what_is_missing() {
        assert_eq!(AES.offered(SOFTWARE, DEFAULT).unwrap(), AES);
        let (sign, level) = (KeyUsage::SignVerify, ErrorCode::UnsupportedProtectionLevel);
        let cases = [
            (KeyKind { protection_level: HSM, ..AES }, level),
            (
                KeyKind { spec: KeySpec::EcP521, usage: sign, ..AES },
                ErrorCode::UnsupportedOperation,
            ),
            (KeyKind { spec: KeySpec::EcP256k, ..AES }, ErrorCode::InvalidParameter),
            (KeyKind { usage: sign, ..AES }, ErrorCode::InvalidParameter),
            (KeyKind { spec: KeySpec::EcP256, ..AES }, ErrorCode::InvalidParameter),
            (KeyKind { spec: KeySpec::Hmac256, ..AES }, ErrorCode::InvalidParameter),
        ];
        for (kind, code) in cases {
            let error = kind.offered(SOFTWARE, DEFAULT).unwrap_err();
            assert_eq!(error.code(), code, "{kind:?}: {}", error.message());
        }
    }

    /// Every kind that our own software keeps can be imported.
    #[test]
    fn imported_material_is_kept_by_software() {
        for row in OFFERED {
            let (spec, usage) = (row.spec, row.usage);
            let kind = KeyKind { spec, usage, origin: Origin::External, ..AES };
            let policy = OfferPolicy { unaudited: SpecSet::NONE.with(spec), ..DEFAULT };
            assert_eq!(kind.offered(SOFTWARE, policy).unwrap(), kind);
            let held = KeyKind { protection_level: HSM, ..kind };
            let held = held.offered(ANY_LEVEL, policy).unwrap_err();
            assert_eq!(held.code(), ErrorCode::UnsupportedProtectionLevel, "{kind:?}");
            let rotates = kind.check_rotates().unwrap_err();
            assert_eq!(rotates.code(), ErrorCode::UnsupportedOrigin, "{kind:?}");
        }
    }

    #[test]
    fn hardware_is_offered_where_there_is_some_and_for_what_it_makes() {
        assert!(KeyKind { protection_level: HSM, ..AES }.offered(ANY_LEVEL, DEFAULT).is_ok());
        let rsa = KeyKind { spec: KeySpec::Rsa2048, protection_level: HSM, ..AES };
        let error = rsa.offered(ANY_LEVEL, DEFAULT).unwrap_err();
        assert_eq!(error.code(), ErrorCode::UnsupportedProtectionLevel);
    }

    #[test]
    fn a_row_s_algorithms_fit_its_usage() {
        for row in OFFERED {
            let fits = match row.algorithms {
                Algorithms::Symmetric | Algorithms::Encryption(_) => KeyUsage::EncryptDecrypt,
                Algorithms::Signing(_) => KeyUsage::SignVerify,
                Algorithms::Mac(_) => KeyUsage::GenerateVerifyMac,
            };
            assert_eq!(row.usage, fits, "{row:?}");
            assert!(row.spec.usages().contains(&row.usage), "{row:?}");
            assert_eq!(algorithms(row.spec, row.usage), Some(row.algorithms), "one row a pair");
            let kept = match (row.algorithms, row.approved) {
                (_, None) | (Algorithms::Symmetric, Some(Algorithms::Symmetric)) => true,
                (Algorithms::Signing(all), Some(Algorithms::Signing(some))) => {
                    some.iter().all(|each| all.contains(each))
                }
                (Algorithms::Encryption(all), Some(Algorithms::Encryption(some))) => {
                    some.iter().all(|each| all.contains(each))
                }
                (Algorithms::Mac(all), Some(Algorithms::Mac(some))) => {
                    some.iter().all(|each| all.contains(each))
                }
                _ => false,
            };
            assert!(kept, "what is approved is offered: {row:?}");
        }
    }
}
