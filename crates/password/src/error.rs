// SPDX-License-Identifier: Apache-2.0
//! What can go wrong with a keyring itself. Why a password opens nothing is a [`crate::Refusal`].

use edgekms_core::error::{Error as CoreError, PortError};

/// The failure of making a keyring, or of wrapping with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller asked for something impossible or unsafe.
    #[error("{reason}")]
    InvalidArgument {
        /// What is wrong and what is allowed.
        reason: &'static str,
    },
    /// What the core says: no randomness.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::InvalidArgument { .. } => "InvalidArgument",
            Self::Core(error) => error.code(),
        }
    }
}

/// As the core takes what is not its own: with its code and words.
impl From<Error> for CoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Core(error) => error,
            Error::InvalidArgument { reason } => {
                Self::Port(PortError { code: error.code().to_owned(), message: reason.to_owned() })
            }
        }
    }
}
