// SPDX-License-Identifier: Apache-2.0
//! The rules of the key management service, over ports.
//!
//! ```text
//! request -> parse (bounded) -> authenticate -> resolve key -> authorise -> check state
//!         -> do it -> record it -> answer                                      (pipeline)
//! ```
//!
//! Changes are decided by the [`keyring`], one deciding object for each account and region, from
//! its truth ([`ports::KeyringStore`]). Cryptographic calls read published copies of it
//! ([`record::KeyView`]) through a [`cache`] of at most 5 s. Keys hang under one another as in
//! [`hierarchy`]; what users hold is in [`blob`].
//!
//! Everything from outside is a trait in [`ports`], so every rule is tested with no worker.
#![forbid(unsafe_code)]

pub mod account;
pub mod action;
pub mod audit;
pub mod authorise;
pub mod blob;
pub mod cache;
pub mod cors;
mod encoding;
pub mod hierarchy;
pub mod keyring;
pub mod nonce;
pub mod outbox;
pub mod pipeline;
pub mod place;
pub mod ports;
pub mod record;
pub mod resolve;
pub mod root_keys;
pub mod secret;
pub mod settings;
pub mod state;
#[cfg(test)]
mod testing;
