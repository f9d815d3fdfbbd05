// SPDX-License-Identifier: Apache-2.0
//! Deterministic encryption, for columns that are looked up by what they hold.
//!
//! ```text
//! field key  = HKDF-SHA-512(look-up key, no salt,
//!                           info = framed("edgekms/v1/lookup", namespace, field)), 64 bytes
//! ciphertext = AES-256-SIV(field key, no additional data, text)     (RFC 5297)
//!            = SIV (16 bytes) || as many bytes as the text has
//! framed(a, b, ..) = u32be(length a) || a || u32be(length b) || b || ..
//! ```
//!
//! # Security
//! Whoever sees the ciphertexts of one field learns which of them are equal, how often each occurs, and how
//! long each is. Where there are few likely values (sexes, postcodes, given names) their frequencies name
//! them. Nothing else is told, and nothing about two fields that have the same text: each has its own key.
#![forbid(unsafe_code)]

// For the features that wipe their keys; see the workspace's Cargo.toml.
use aes as _;
use cmac as _;

mod error;
mod field;
mod key;

pub use error::Error;
pub use field::FieldCipher;
pub use key::{KEY_LEN, LookupKey};
