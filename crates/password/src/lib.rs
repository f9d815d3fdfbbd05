// SPDX-License-Identifier: Apache-2.0
//! The password keyring: wraps data keys under a key that Argon2id (RFC 9106) makes of a password.
//!
//! ```text
//! provider id   = "edgekms-password"
//! provider info = version (u8 = 1) || memory in KiB (u32) || iterations (u32) || parallelism (u8)
//!                   || salt (16) || IV (12) || commitment (32) || name (UTF-8, the rest)
//! wrapping key (32) || commitment (32)
//!               = Argon2id(password, salt, memory, iterations, parallelism; version 0x13, no secret, no data)
//! ciphertext    = AES-256-GCM[wrapping key](IV, data key, AAD = serialized context)
//! ```
//!
//! # Security
//! Whoever has a message can try passwords against it for ever, at the price of one Argon2id each: this is as
//! strong as the password. The commitment is looked at before anything is decrypted: AES-GCM alone can be made to
//! open under many keys at once, and whoever could send such messages and see which open would try many
//! passwords by each (partitioning oracles; Len, Grubbs, Ristenpart, 2021).
//!
//! What a message asks for is bounded before it is done ([`Limits`]). The memory of a derivation is wiped
//! before it is given back.
#![forbid(unsafe_code)]

// For the feature that wipes what it hashed; see the workspace's Cargo.toml.
use blake2 as _;

mod derive;
mod error;
mod keyring;
mod parameters;
mod provider_info;
mod refusal;

pub use error::Error;
pub use keyring::{PROVIDER_ID, Password, PasswordKeyring};
pub use parameters::{Limits, Parameters};
pub use provider_info::ProviderInfo;
pub use refusal::Refusal;
