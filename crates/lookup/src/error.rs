// SPDX-License-Identifier: Apache-2.0
//! What can go wrong, each with a stable code.

/// The failure of a look-up key or of a ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller asked for something impossible.
    #[error("{reason}")]
    InvalidArgument {
        /// What is wrong and what is allowed.
        reason: &'static str,
    },
    /// The ciphertext is not one of this key, namespace and field.
    #[error(
        "the value is not one of this look-up key, namespace and field, or it was changed; check which column \
         it comes from"
    )]
    ValueNotAuthentic,
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidArgument { .. } => "InvalidArgument",
            Self::ValueNotAuthentic => "ValueNotAuthentic",
        }
    }
}
