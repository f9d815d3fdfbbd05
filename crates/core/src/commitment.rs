// SPDX-License-Identifier: Apache-2.0
//! Commitment policy (specification: client-apis/client.md, framework/commitment-policy.md).
//!
//! AES-GCM alone does not commit to a key: one ciphertext can be made that opens to two different
//! plaintexts under two keys. The committing suites store a value derived from the data key, so
//! that exactly one data key opens a message. What a policy says of a suite is [`crate::suite::Suite::check_seal`]
//! and [`crate::suite::Suite::check_open`].

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

    /// The policy that has this [`CommitmentPolicy::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|policy| policy.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for policy in CommitmentPolicy::ALL {
            assert_eq!(CommitmentPolicy::from_name(policy.name()), Some(*policy));
        }
        assert_eq!(CommitmentPolicy::from_name("allow"), None);
    }
}
