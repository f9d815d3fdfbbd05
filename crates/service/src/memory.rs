// SPDX-License-Identifier: Apache-2.0
//! The truths of keyrings and accounts in memory, for tests and the simulation. The running worker's are in
//! SQLite; [`crate::conformance`] holds the two to the same behaviour.

mod account;
mod keyring;
mod object;

pub use self::{account::MemoryAccount, keyring::MemoryStore};
