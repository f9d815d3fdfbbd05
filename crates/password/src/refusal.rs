// SPDX-License-Identifier: Apache-2.0
//! Why a password opens nothing, in sentences that say what to do.

use edgekms_core::error::{Error, PortError};

use crate::parameters::{Limits, Parameters};

/// Why no data key was unwrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No data key of the message was wrapped under a password of this name.
    NotThisWay,
    /// The password is another one.
    WrongPassword,
    /// The password is right; the context or the ciphertext is not.
    ContextOrCiphertext,
    /// The message asks for more than is allowed.
    TooCostly {
        /// What it asks for.
        asked: Parameters,
        /// What is allowed.
        limits: Limits,
    },
    /// The runtime does not have the memory.
    OutOfMemory {
        /// What the message asks for.
        asked: Parameters,
    },
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotThisWay => f.write_str(
                "the message has no data key wrapped under a password of this name; check the keyring's name, or \
                 decrypt it with the keyring that encrypted it",
            ),
            Self::WrongPassword => f.write_str(
                "the password is not one that the message was encrypted with; check it (capitals, spaces, keyboard \
                 layout) and type it again",
            ),
            Self::ContextOrCiphertext => f.write_str(
                "the password is right, but the encryption context is not the one that the message was encrypted with, \
                 or its wrapped data key was changed; give the pairs that it was encrypted with",
            ),
            Self::TooCostly { asked, limits } => write!(
                f,
                "the message asks for {} KiB of memory and {} iterations to try a password, and the limits are {} \
                 KiB (maxMemoryKiB) and {} KiB times iterations for all tries (maxWorkKiB); raise them if you know \
                 who encrypted it",
                asked.memory_kib, asked.iterations, limits.memory_kib, limits.work_kib
            ),
            Self::OutOfMemory { asked } => write!(
                f,
                "the {} KiB of memory that the message asks for are not there; free some, or decrypt it elsewhere",
                asked.memory_kib
            ),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let port = PortError { code: "NoDataKey".to_owned(), message: refusal.to_string() };
        Self::NoDataKey { causes: vec![Self::Port(port)] }
    }
}
