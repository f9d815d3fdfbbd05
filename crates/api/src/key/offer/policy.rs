// SPDX-License-Identifier: Apache-2.0
//! What an operator lets the table of offers mean in a deployment.

use super::{OFFERED, Offer, Review, row_of};
use crate::error::{ApiError, ErrorCode};
use crate::key::algorithm::{Algorithms, EncryptionAlgorithm, Need};
use crate::key::{KeySpec, KeyUsage, ProtectionLevel};

/// Some of the key specs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpecSet(u32);

// A bit each.
const _: () = assert!(KeySpec::ALL.len() <= 32);

impl SpecSet {
    /// None.
    pub const NONE: Self = Self(0);

    /// All of them.
    pub const ALL: Self = Self(u32::MAX);

    /// These and one more.
    #[must_use]
    pub const fn with(self, spec: KeySpec) -> Self {
        Self(self.0 | (1 << spec as u32))
    }

    /// Whether it is one of them.
    #[must_use]
    pub const fn contains(self, spec: KeySpec) -> bool {
        self.0 & (1 << spec as u32) != 0
    }
}

/// What an operator lets the table of offers mean in a deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfferPolicy {
    /// Specs of unaudited implementations of which keys may be made all the same (`UNAUDITED_KEY_SPECS`).
    /// Keys that exist are used whether their spec is listed or not: what they have encrypted must open.
    pub unaudited: SpecSet,
    /// Whether only what FIPS approves is made and used (`FIPS`).
    pub approved_only: bool,
}

impl OfferPolicy {
    /// No unaudited spec, and no regard to FIPS.
    pub const DEFAULT: Self = Self { unaudited: SpecSet::NONE, approved_only: false };

    /// Whether new keys of a row may be made.
    ///
    /// # Errors
    /// `UnsupportedOperation` naming the variable that keeps it from being offered.
    pub fn check_new(self, row: &Offer) -> Result<(), ApiError> {
        if self.approved_only && row.approved.is_none() {
            return Err(not_approved(&format!("KeySpec {}", row.spec)));
        }
        if row.review == Review::Unaudited && !self.unaudited.contains(row.spec) {
            let message = format!(
                "KeySpec {spec} is not offered by this server: no audit of its implementation is known. Its \
                 operator can offer it by naming it in the variable UNAUDITED_KEY_SPECS.",
                spec = row.spec
            );
            return Err(ApiError::with_message(ErrorCode::UnsupportedOperation, message));
        }
        Ok(())
    }

    /// Whether our own software or the runtime makes pairs of keys of this spec.
    ///
    /// # Errors
    /// `InvalidParameter` naming `parameter` for a spec of which there are no pairs,
    /// `UnsupportedOperation` for one that is not offered.
    pub fn check_pair(self, parameter: &str, spec: KeySpec) -> Result<(), ApiError> {
        let has_pair = |row: &&Offer| {
            row.spec == spec
                && matches!(row.algorithms, Algorithms::Signing(_) | Algorithms::Encryption(_))
                && row.protection_levels.contains(&ProtectionLevel::Software)
        };
        match OFFERED.iter().find(has_pair) {
            Some(row) => self.check_new(row),
            None => {
                let remedy = "It must be the spec of an asymmetric key.";
                Err(ApiError::invalid_parameter(parameter, remedy))
            }
        }
    }

    /// Whether somebody else's public key of this spec may be encrypted under.
    ///
    /// # Errors
    /// `UnsupportedOperation` for a spec or an algorithm that is not offered.
    pub fn check_public(self, spec: KeySpec, by: EncryptionAlgorithm) -> Result<(), ApiError> {
        let row = row_of(spec, KeyUsage::EncryptDecrypt).ok_or(ErrorCode::UnsupportedKeyUsage)?;
        self.check_new(row)?;
        self.check_use(spec, KeyUsage::EncryptDecrypt, Need::Encryption(by))
    }

    /// Whether a key of this spec and usage may be used for what a call needs.
    ///
    /// # Errors
    /// `UnsupportedKeyUsage` for a key that is for something else, `IncompatibleAlgorithm` for one that
    /// does the same by other means; `UnsupportedOperation` for a key, or an algorithm of a key, that is
    /// not approved where only such are used.
    pub fn check_use(self, spec: KeySpec, usage: KeyUsage, need: Need) -> Result<(), ApiError> {
        let row = row_of(spec, usage).ok_or(ErrorCode::UnsupportedKeyUsage)?;
        row.algorithms.have(need)?;
        if !self.approved_only {
            return Ok(());
        }
        match row.approved.map(|approved| approved.have(need)) {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) => Err(not_approved(&need_word(need))),
            None => Err(not_approved(&format!("A key of spec {spec}"))),
        }
    }
}

fn need_word(need: Need) -> String {
    match need {
        Need::Signing(algorithm) => format!("The algorithm {algorithm}"),
        Need::Encryption(algorithm) => format!("The algorithm {algorithm}"),
        Need::Mac(algorithm) => format!("The algorithm {algorithm}"),
        Need::Symmetric | Need::PublicKey => "This use of the key".to_owned(),
    }
}

fn not_approved(what: &str) -> ApiError {
    let message = format!(
        "{what} is not offered by this server, whose operator has set the variable FIPS to on: FIPS does not \
         approve it."
    );
    ApiError::with_message(ErrorCode::UnsupportedOperation, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Origin;
    use crate::key::algorithm::SigningAlgorithm;
    use crate::key::offer::KeyKind;

    const FIPS: OfferPolicy = OfferPolicy { unaudited: SpecSet::NONE, approved_only: true };

    fn every() -> SpecSet {
        KeySpec::ALL.iter().fold(SpecSet::NONE, |set, spec| set.with(*spec))
    }

    #[test]
    fn pairs_are_of_asymmetric_specs_that_are_offered() {
        let code = |spec| {
            let outcome = OfferPolicy::DEFAULT.check_pair("KeyPairSpec", spec);
            outcome.map_err(|error| error.code())
        };
        assert_eq!(code(KeySpec::Rsa4096), Ok(()));
        assert_eq!(code(KeySpec::EcP384), Ok(()));
        assert_eq!(code(KeySpec::Aes256), Err(ErrorCode::InvalidParameter));
        assert_eq!(code(KeySpec::Hmac256), Err(ErrorCode::InvalidParameter));
        assert_eq!(code(KeySpec::EcSm2), Err(ErrorCode::UnsupportedOperation));
        let listed = OfferPolicy { unaudited: every(), ..OfferPolicy::DEFAULT };
        assert!(listed.check_pair("KeyPairSpec", KeySpec::EcSm2).is_ok());
        assert!(FIPS.check_pair("KeyPairSpec", KeySpec::EcP256k).is_err());
    }

    fn made(policy: OfferPolicy) -> Vec<&'static str> {
        let kinds = OFFERED.iter().map(|row| KeyKind {
            spec: row.spec,
            usage: row.usage,
            origin: Origin::AliyunKms,
            protection_level: ProtectionLevel::Software,
        });
        let levels = &[ProtectionLevel::Software];
        let mut made: Vec<_> = kinds
            .filter(|kind| kind.offered(levels, policy).is_ok())
            .map(|kind| kind.spec.as_str())
            .collect();
        made.dedup();
        made
    }

    #[test]
    fn a_set_has_what_was_put_into_it() {
        for &spec in KeySpec::ALL {
            let set = SpecSet::NONE.with(spec);
            let all: Vec<_> = KeySpec::ALL.iter().filter(|each| set.contains(**each)).collect();
            assert_eq!(all, [&spec]);
        }
    }

    #[test]
    fn what_is_made_follows_from_the_two_settings() {
        let always = ["Aliyun_AES_256", "RSA_2048", "RSA_3072", "RSA_4096", "EC_P256", "EC_P384"];
        let macs = ["HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"];
        let ed25519 = "ECC_NIST_EDWARDS25519";
        let short = ["Aliyun_AES_192", "Aliyun_AES_128"];
        let default = [&always[..], &["EC_P256K", ed25519], &short, &macs].concat();
        assert_eq!(made(OfferPolicy::DEFAULT), default);
        assert_eq!(made(FIPS), [&always[..], &[ed25519], &macs].concat());
        let sm2 =
            OfferPolicy { unaudited: SpecSet::NONE.with(KeySpec::EcSm2), ..OfferPolicy::DEFAULT };
        let listed = [&always[..], &["EC_P256K", "EC_SM2", ed25519], &short, &macs].concat();
        assert_eq!(made(sm2), listed);
        let ml_dsa = ["ML_DSA_44", "ML_DSA_65", "ML_DSA_87"];
        let approved = [&always[..], &["ECC_NIST_P521", ed25519], &ml_dsa, &macs].concat();
        assert_eq!(made(OfferPolicy { unaudited: every(), ..FIPS }), approved);
    }

    #[test]
    fn a_refusal_names_the_operator_s_variable() {
        let row = row_of(KeySpec::MlDsa65, KeyUsage::SignVerify).unwrap();
        let error = OfferPolicy::DEFAULT.check_new(row).unwrap_err();
        assert_eq!(error.code(), ErrorCode::UnsupportedOperation);
        assert!(error.message().contains("UNAUDITED_KEY_SPECS"), "{}", error.message());
        let row = row_of(KeySpec::EcSm2, KeyUsage::SignVerify).unwrap();
        let error = OfferPolicy { unaudited: every(), ..FIPS }.check_new(row).unwrap_err();
        assert!(error.message().contains("FIPS"), "{}", error.message());
    }

    #[test]
    fn only_what_is_approved_is_used_if_only_that_may_be() {
        use EncryptionAlgorithm::{RsaOaepSha1, RsaOaepSha256, Sm2Pke};
        use KeyUsage::{EncryptDecrypt, SignVerify};
        let ecdsa = Need::Signing(SigningAlgorithm::EcdsaSha256);
        for (spec, usage, need, approved) in [
            (KeySpec::Rsa2048, EncryptDecrypt, Need::Encryption(RsaOaepSha256), true),
            (KeySpec::Rsa2048, EncryptDecrypt, Need::Encryption(RsaOaepSha1), false),
            (KeySpec::Rsa2048, EncryptDecrypt, Need::PublicKey, true),
            (KeySpec::Aes256, EncryptDecrypt, Need::Symmetric, true),
            (KeySpec::EcP256, SignVerify, ecdsa, true),
            (KeySpec::EcP256k, SignVerify, ecdsa, false),
            (KeySpec::EcP256k, SignVerify, Need::PublicKey, false),
            (KeySpec::EcSm2, EncryptDecrypt, Need::Encryption(Sm2Pke), false),
        ] {
            assert!(OfferPolicy::DEFAULT.check_use(spec, usage, need).is_ok(), "{spec} {need:?}");
            let used = FIPS.check_use(spec, usage, need).map_err(|error| error.code());
            let expected = if approved { Ok(()) } else { Err(ErrorCode::UnsupportedOperation) };
            assert_eq!(used, expected, "{spec} {need:?}");
        }
    }
}
