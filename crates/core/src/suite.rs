// SPDX-License-Identifier: Apache-2.0
//! Algorithm suites (specification: framework/algorithm-suites.md), as one table.
//!
//! A suite fixes the header version, the AES-GCM key length, the derivation of the payload key,
//! whether the message commits to its key, and the curve of the footer's signature. Nothing else
//! in this crate branches on a suite's identifier. In all suites the IV has 12 bytes, the tag 16,
//! and the data key is as long as the payload key.

use crate::commitment::CommitmentPolicy;
use crate::error::Error;
use crate::reason::Reason;

/// Bytes of an AES-GCM initialization vector.
pub const IV_LEN: usize = 12;
/// Bytes of an AES-GCM authentication tag.
pub const TAG_LEN: usize = 16;
/// Bytes of the commit key that a committing suite stores in the header.
pub const COMMIT_KEY_LEN: usize = 32;

/// The header's version, and with it the length of the message id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatVersion {
    /// 1.0: message id of 16 bytes, no commitment.
    V1,
    /// 2.0: message id of 32 bytes, commit key in the header.
    V2,
}

impl FormatVersion {
    /// Bytes of the message id.
    #[must_use]
    pub fn message_id_len(self) -> usize {
        match self {
            Self::V1 => 16,
            Self::V2 => 32,
        }
    }

    /// The header's first byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
        }
    }
}

/// How the payload key comes from the data key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivation {
    /// The data key itself.
    Identity,
    /// HKDF-SHA-256, no salt, info = suite id || message id.
    HkdfSha256,
    /// HKDF-SHA-384, no salt, info = suite id || message id.
    HkdfSha384,
    /// HKDF-SHA-512, salt = message id, info = suite id || "DERIVEKEY"; and the commit key with
    /// info = "COMMITKEY".
    HkdfSha512Commit,
}

/// The curve of a footer's signature; its hash is SHA-256 or SHA-384 accordingly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256 with SHA-256.
    P256,
    /// NIST P-384 with SHA-384.
    P384,
}

impl Curve {
    /// The name that WebCrypto and this project use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
        }
    }

    /// Reads the name that [`Curve::name`] gives.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for any other name.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        match name {
            "P-256" => Ok(Self::P256),
            "P-384" => Ok(Self::P384),
            _ => Err(Error::InvalidArgument { reason: Reason::Curve }),
        }
    }

    /// Bytes of the longest DER signature: SEQUENCE of two INTEGERs, each with a sign byte.
    #[must_use]
    pub fn max_signature_len(self) -> usize {
        match self {
            Self::P256 => 72,
            Self::P384 => 104,
        }
    }
}

/// One algorithm suite.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suite {
    /// The identifier on the wire.
    pub id: u16,
    /// The specification's name, without its `ALG_` prefix.
    pub name: &'static str,
    /// The header's version.
    pub version: FormatVersion,
    /// Bytes of the data key and of the payload key.
    pub key_len: usize,
    /// How the payload key is derived.
    pub derivation: Derivation,
    /// The footer's curve, for signing suites.
    pub signature: Option<Curve>,
}

impl Suite {
    /// Whether messages commit to their data key.
    #[must_use]
    pub fn commits(&self) -> bool {
        self.derivation == Derivation::HkdfSha512Commit
    }

    /// Whether the policy lets this suite seal.
    ///
    /// # Errors
    /// [`Error::CommitmentPolicyViolation`] if it does not.
    pub fn check_seal(&self, policy: CommitmentPolicy) -> Result<(), Error> {
        let required = policy != CommitmentPolicy::ForbidEncryptAllowDecrypt;
        self.allowed(policy, required == self.commits())
    }

    /// Whether the policy lets messages of this suite be opened.
    ///
    /// # Errors
    /// [`Error::CommitmentPolicyViolation`] if it does not.
    pub fn check_open(&self, policy: CommitmentPolicy) -> Result<(), Error> {
        let required = policy == CommitmentPolicy::RequireEncryptRequireDecrypt;
        self.allowed(policy, self.commits() || !required)
    }

    fn allowed(&self, policy: CommitmentPolicy, is_allowed: bool) -> Result<(), Error> {
        if is_allowed {
            Ok(())
        } else {
            Err(Error::CommitmentPolicyViolation { suite: self.id, policy })
        }
    }

    /// The suite with this identifier.
    ///
    /// # Errors
    /// [`Error::UnsupportedSuite`] for an identifier that the specification does not have.
    pub fn from_id(id: u16) -> Result<&'static Self, Error> {
        SUITES.iter().find(|suite| suite.id == id).ok_or(Error::UnsupportedSuite { id })
    }
}

const fn suite(
    id: u16,
    name: &'static str,
    key_len: usize,
    derivation: Derivation,
    signature: Option<Curve>,
) -> Suite {
    let version = match derivation {
        Derivation::HkdfSha512Commit => FormatVersion::V2,
        _ => FormatVersion::V1,
    };
    Suite { id, name, version, key_len, derivation, signature }
}

use Curve::{P256, P384};
use Derivation::{HkdfSha256, HkdfSha384, HkdfSha512Commit, Identity};

/// The eleven suites of the specification. The first two are what edgekms writes by default.
#[rustfmt::skip]
pub static SUITES: &[Suite] = &[
    suite(0x0478, "AES_256_GCM_HKDF_SHA512_COMMIT_KEY",              32, HkdfSha512Commit, None),
    suite(0x0578, "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384",   32, HkdfSha512Commit, Some(P384)),
    suite(0x0378, "AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384",   32, HkdfSha384,       Some(P384)),
    suite(0x0346, "AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384",   24, HkdfSha384,       Some(P384)),
    suite(0x0214, "AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256",   16, HkdfSha256,       Some(P256)),
    suite(0x0178, "AES_256_GCM_IV12_TAG16_HKDF_SHA256",              32, HkdfSha256,       None),
    suite(0x0146, "AES_192_GCM_IV12_TAG16_HKDF_SHA256",              24, HkdfSha256,       None),
    suite(0x0114, "AES_128_GCM_IV12_TAG16_HKDF_SHA256",              16, HkdfSha256,       None),
    suite(0x0078, "AES_256_GCM_IV12_TAG16_NO_KDF",                   32, Identity,         None),
    suite(0x0046, "AES_192_GCM_IV12_TAG16_NO_KDF",                   24, Identity,         None),
    suite(0x0014, "AES_128_GCM_IV12_TAG16_NO_KDF",                   16, Identity,         None),
];

/// 0x0478: AES-256-GCM, HKDF-SHA-512, key commitment, no signature.
pub static DEFAULT_SUITE: &Suite = match SUITES {
    [first, ..] => first,
    [] => &suite(0, "", 0, Identity, None),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_unique_and_found() {
        for suite in SUITES {
            assert!(core::ptr::eq(Suite::from_id(suite.id).unwrap(), suite));
        }
        assert_eq!(SUITES.len(), 11);
        assert_eq!(DEFAULT_SUITE.id, 0x0478);
    }

    #[test]
    fn an_unknown_identifier_is_refused() {
        assert_eq!(Suite::from_id(0x0479).unwrap_err().code(), "UnsupportedSuite");
    }

    #[test]
    fn the_default_policy_takes_committing_suites_only() {
        let policy = CommitmentPolicy::default();
        for suite in SUITES {
            assert_eq!(suite.check_seal(policy).is_ok(), suite.commits(), "{}", suite.name);
            assert_eq!(suite.check_open(policy).is_ok(), suite.commits(), "{}", suite.name);
        }
    }

    #[test]
    fn forbid_encrypt_refuses_to_seal_with_the_default_suite_but_opens_it() {
        let policy = CommitmentPolicy::ForbidEncryptAllowDecrypt;
        assert!(DEFAULT_SUITE.check_seal(policy).is_err());
        assert!(SUITES.iter().all(|suite| suite.check_open(policy).is_ok()));
    }

    #[test]
    fn version_2_and_commitment_go_together() {
        for suite in SUITES {
            assert_eq!(suite.commits(), suite.version == FormatVersion::V2, "{}", suite.name);
        }
    }
}
