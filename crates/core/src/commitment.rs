// SPDX-License-Identifier: Apache-2.0
//! Commitment policy (specification: client-apis/client.md, framework/commitment-policy.md).
//!
//! AES-GCM alone does not commit to a key: one ciphertext can be made that opens to two different
//! plaintexts under two keys. The committing suites store a value derived from the data key, so
//! that exactly one data key opens a message.

use crate::{error::Error, reason::Reason, suite::Suite};

/// Which suites may seal and which may be opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommitmentPolicy {
    /// Only committing suites, for both. The default.
    #[default]
    RequireEncryptRequireDecrypt,
    /// Seal with committing suites, open all.
    RequireEncryptAllowDecrypt,
    /// Seal with the older suites, open all: for readers that do not know the new format yet.
    ForbidEncryptAllowDecrypt,
}

impl core::fmt::Display for CommitmentPolicy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

impl CommitmentPolicy {
    /// Every policy, by its number.
    pub const ALL: &[Self] = &[
        Self::RequireEncryptRequireDecrypt,
        Self::RequireEncryptAllowDecrypt,
        Self::ForbidEncryptAllowDecrypt,
    ];

    /// Its name, in options and in errors.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RequireEncryptRequireDecrypt => "require-encrypt-require-decrypt",
            Self::RequireEncryptAllowDecrypt => "require-encrypt-allow-decrypt",
            Self::ForbidEncryptAllowDecrypt => "forbid-encrypt-allow-decrypt",
        }
    }

    /// Reads the name that [`CommitmentPolicy::name`] gives.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for any other name.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        match name {
            "require-encrypt-require-decrypt" => Ok(Self::RequireEncryptRequireDecrypt),
            "require-encrypt-allow-decrypt" => Ok(Self::RequireEncryptAllowDecrypt),
            "forbid-encrypt-allow-decrypt" => Ok(Self::ForbidEncryptAllowDecrypt),
            _ => Err(Error::InvalidArgument { reason: Reason::CommitmentPolicy }),
        }
    }

    /// Whether `suite` may seal.
    ///
    /// # Errors
    /// [`Error::CommitmentPolicyViolation`] if it may not.
    pub fn check_seal(self, suite: &Suite) -> Result<(), Error> {
        let required = !matches!(self, Self::ForbidEncryptAllowDecrypt);
        self.check(suite, required == suite.commits())
    }

    /// Whether messages of `suite` may be opened.
    ///
    /// # Errors
    /// [`Error::CommitmentPolicyViolation`] if they may not.
    pub fn check_open(self, suite: &Suite) -> Result<(), Error> {
        let required = matches!(self, Self::RequireEncryptRequireDecrypt);
        self.check(suite, suite.commits() || !required)
    }

    fn check(self, suite: &Suite, allowed: bool) -> Result<(), Error> {
        if allowed {
            Ok(())
        } else {
            Err(Error::CommitmentPolicyViolation { suite: suite.id, policy: self })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{DEFAULT_SUITE, SUITES};

    #[test]
    fn the_default_policy_takes_committing_suites_only() {
        let policy = CommitmentPolicy::default();
        for suite in SUITES {
            assert_eq!(policy.check_seal(suite).is_ok(), suite.commits(), "{}", suite.name);
            assert_eq!(policy.check_open(suite).is_ok(), suite.commits(), "{}", suite.name);
        }
    }

    #[test]
    fn forbid_encrypt_refuses_to_seal_with_the_default_suite_but_opens_it() {
        let policy = CommitmentPolicy::ForbidEncryptAllowDecrypt;
        assert!(policy.check_seal(DEFAULT_SUITE).is_err());
        assert!(SUITES.iter().all(|suite| policy.check_open(suite).is_ok()));
    }

    #[test]
    fn names_read_back() {
        for policy in [
            CommitmentPolicy::RequireEncryptRequireDecrypt,
            CommitmentPolicy::RequireEncryptAllowDecrypt,
            CommitmentPolicy::ForbidEncryptAllowDecrypt,
        ] {
            assert_eq!(CommitmentPolicy::from_name(policy.name()).unwrap(), policy);
        }
        assert!(CommitmentPolicy::from_name("allow").is_err());
    }
}
