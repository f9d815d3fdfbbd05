// SPDX-License-Identifier: Apache-2.0
//! Which of the documented kinds of key this server makes. To offer another, add a row.

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
    /// What it does.
    pub algorithms: Algorithms,
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

const fn offer(
    spec: KeySpec,
    usage: KeyUsage,
    protection_levels: &'static [ProtectionLevel],
    algorithms: Algorithms,
) -> Offer {
    Offer { spec, usage, protection_levels, algorithms }
}

const SOFTWARE: &[ProtectionLevel] = &[ProtectionLevel::Software];
const ANY_LEVEL: &[ProtectionLevel] = &[ProtectionLevel::Software, ProtectionLevel::Hsm];

/// Every kind that the server makes.
#[rustfmt::skip]
pub const OFFERED: &[Offer] = &[
    offer(KeySpec::Aes256,  KeyUsage::EncryptDecrypt, ANY_LEVEL, Algorithms::Symmetric),
    offer(KeySpec::Rsa2048, KeyUsage::SignVerify,     SOFTWARE,  RSA_SIGNING),
    offer(KeySpec::Rsa2048, KeyUsage::EncryptDecrypt, SOFTWARE,  RSA_ENCRYPTION),
    offer(KeySpec::Rsa3072, KeyUsage::SignVerify,     SOFTWARE,  RSA_SIGNING),
    offer(KeySpec::Rsa3072, KeyUsage::EncryptDecrypt, SOFTWARE,  RSA_ENCRYPTION),
    offer(KeySpec::Rsa4096, KeyUsage::SignVerify,     SOFTWARE,  RSA_SIGNING),
    offer(KeySpec::Rsa4096, KeyUsage::EncryptDecrypt, SOFTWARE,  RSA_ENCRYPTION),
    offer(KeySpec::EcP256,  KeyUsage::SignVerify,     ANY_LEVEL, Algorithms::Signing(&[SigningAlgorithm::EcdsaSha256])),
    offer(KeySpec::EcP384,  KeyUsage::SignVerify,     SOFTWARE,  Algorithms::Signing(&[SigningAlgorithm::EcdsaSha384])),
    offer(KeySpec::Aes192,  KeyUsage::EncryptDecrypt, SOFTWARE,  Algorithms::Symmetric),
    offer(KeySpec::Aes128,  KeyUsage::EncryptDecrypt, SOFTWARE,  Algorithms::Symmetric),
    offer(KeySpec::Hmac224, KeyUsage::GenerateVerifyMac, SOFTWARE, Algorithms::Mac(&[MacAlgorithm::HmacSha224])),
    offer(KeySpec::Hmac256, KeyUsage::GenerateVerifyMac, SOFTWARE, Algorithms::Mac(&[MacAlgorithm::HmacSha256])),
    offer(KeySpec::Hmac384, KeyUsage::GenerateVerifyMac, SOFTWARE, Algorithms::Mac(&[MacAlgorithm::HmacSha384])),
    offer(KeySpec::Hmac512, KeyUsage::GenerateVerifyMac, SOFTWARE, Algorithms::Mac(&[MacAlgorithm::HmacSha512])),
    // Nobody has audited the crates that do these two.
    offer(KeySpec::Sm4,     KeyUsage::EncryptDecrypt, SOFTWARE,  Algorithms::Symmetric),
    offer(KeySpec::HmacSm3, KeyUsage::GenerateVerifyMac, SOFTWARE, Algorithms::Mac(&[MacAlgorithm::HmacSm3])),
];

/// What keys of this spec and usage do; nothing for a pair that is not offered.
#[must_use]
pub fn algorithms(spec: KeySpec, usage: KeyUsage) -> Option<Algorithms> {
    let row = OFFERED.iter().find(|row| row.spec == spec && row.usage == usage);
    row.map(|row| row.algorithms)
}

/// Whether our own software or the runtime makes pairs of keys of this spec.
///
/// # Errors
/// `InvalidParameter` naming `parameter` for a spec of which there are no pairs,
/// `UnsupportedOperation` for one that is not offered.
pub fn check_pair(parameter: &str, spec: KeySpec) -> Result<(), ApiError> {
    let has_pair = |row: &&Offer| {
        matches!(row.algorithms, Algorithms::Signing(_) | Algorithms::Encryption(_))
            && row.protection_levels.contains(&ProtectionLevel::Software)
    };
    if OFFERED.iter().filter(has_pair).any(|row| row.spec == spec) {
        return Ok(());
    }
    if OFFERED.iter().any(|row| row.spec == spec) {
        let remedy = "It must be the spec of an asymmetric key.";
        return Err(ApiError::invalid_parameter(parameter, remedy));
    }
    let message = "Pairs of keys of this spec are not offered by this server.";
    Err(ApiError::with_message(ErrorCode::UnsupportedOperation, message))
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

    /// The kind itself, if it is in the table and the deployment has a store of its protection level.
    ///
    /// # Errors
    /// `InvalidParameter` if keys of the spec never have the usage; `Unsupported.ProtectionLevel` if no
    /// row that is offered has that one, or imported material cannot have it; else
    /// `UnsupportedOperation`.
    pub fn offered(self, levels: &[ProtectionLevel]) -> Result<Self, ApiError> {
        if !self.spec.usages().contains(&self.usage) {
            let remedy =
                format!("A key of spec {} cannot have the usage {}.", self.spec, self.usage);
            return Err(ApiError::invalid_parameter("KeyUsage", remedy));
        }
        let refused = |code, name: &str, value: &str| Err(refused(code, name, value, levels));
        let level = self.protection_level;
        if self.origin == Origin::External && level != ProtectionLevel::Software {
            return Err(ApiError::with_message(
                ErrorCode::UnsupportedProtectionLevel,
                "Keys of Origin EXTERNAL are kept by this server's own software alone. Leave \
                 ProtectionLevel out or give SOFTWARE.",
            ));
        }
        if !levels.contains(&level) {
            return refused(
                ErrorCode::UnsupportedProtectionLevel,
                "ProtectionLevel",
                level.as_str(),
            );
        }
        let mut of_spec = OFFERED
            .iter()
            .filter(|row| row.spec == self.spec && row.usage == self.usage)
            .peekable();
        if of_spec.peek().is_none() {
            return refused(ErrorCode::UnsupportedOperation, "KeySpec", self.spec.as_str());
        }
        if !of_spec.any(|row| row.protection_levels.contains(&level)) {
            return refused(
                ErrorCode::UnsupportedProtectionLevel,
                "ProtectionLevel",
                level.as_str(),
            );
        }
        Ok(self)
    }
}

fn refused(code: ErrorCode, name: &str, value: &str, levels: &[ProtectionLevel]) -> ApiError {
    let offered: Vec<_> = OFFERED
        .iter()
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

    #[test]
    fn what_is_not_in_the_table_is_refused_by_what_is_missing() {
        assert_eq!(AES.offered(SOFTWARE).unwrap(), AES);
        let (sign, level) = (KeyUsage::SignVerify, ErrorCode::UnsupportedProtectionLevel);
        let cases = [
            (KeyKind { protection_level: HSM, ..AES }, level),
            (
                KeyKind { spec: KeySpec::EcP256k, usage: sign, ..AES },
                ErrorCode::UnsupportedOperation,
            ),
            (KeyKind { usage: sign, ..AES }, ErrorCode::InvalidParameter),
            (KeyKind { spec: KeySpec::EcP256, ..AES }, ErrorCode::InvalidParameter),
            (KeyKind { spec: KeySpec::Hmac256, ..AES }, ErrorCode::InvalidParameter),
        ];
        for (kind, code) in cases {
            let error = kind.offered(SOFTWARE).unwrap_err();
            assert_eq!(error.code(), code, "{kind:?}: {}", error.message());
        }
    }

    /// Every kind that our own software keeps can be imported.
    #[test]
    fn imported_material_is_kept_by_software() {
        for row in OFFERED {
            let (spec, usage) = (row.spec, row.usage);
            let kind = KeyKind { spec, usage, origin: Origin::External, ..AES };
            assert_eq!(kind.offered(SOFTWARE).unwrap(), kind);
            let held = KeyKind { protection_level: HSM, ..kind }.offered(ANY_LEVEL).unwrap_err();
            assert_eq!(held.code(), ErrorCode::UnsupportedProtectionLevel, "{kind:?}");
            let rotates = kind.check_rotates().unwrap_err();
            assert_eq!(rotates.code(), ErrorCode::UnsupportedOrigin, "{kind:?}");
        }
    }

    #[test]
    fn pairs_are_of_asymmetric_specs_that_are_made_here() {
        let code = |spec| check_pair("KeyPairSpec", spec).map_err(|error| error.code());
        assert_eq!(code(KeySpec::Rsa4096), Ok(()));
        assert_eq!(code(KeySpec::EcP384), Ok(()));
        assert_eq!(code(KeySpec::Aes256), Err(ErrorCode::InvalidParameter));
        assert_eq!(code(KeySpec::Hmac256), Err(ErrorCode::InvalidParameter));
    }

    #[test]
    fn hardware_is_offered_where_there_is_some_and_for_what_it_makes() {
        assert!(KeyKind { protection_level: HSM, ..AES }.offered(ANY_LEVEL).is_ok());
        let rsa = KeyKind { spec: KeySpec::Rsa2048, protection_level: HSM, ..AES };
        let error = rsa.offered(ANY_LEVEL).unwrap_err();
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
        }
    }
}
