// SPDX-License-Identifier: Apache-2.0
//! The rules of the key management service, over ports.
//!
//! ```text
//! bytes -> find the access key -> parse -> authenticate -> command -> authorise what it names
//!       -> resolve -> authorise what was found -> check state -> do it -> record it -> bytes  (call)
//! ```
//!
//! Changes are decided by the [`keyring_object`], one for each account and region, from its truth
//! ([`keyring::store::KeyringStore`]). Cryptographic calls read published [`copies`] of it, and
//! believe them only as far as the keyring itself has said what changed. Keys hang under one another
//! as in [`material::hierarchy`]; what users hold is in [`material::blob`].
//!
//! Everything from outside is a trait in [`port`], so every rule is tested with no worker. The rooms, each
//! importing only from its own row and those before it; but [`identity`] and [`account`] take from [`keyring`] how a
//! store's failure is told and how root keys are looked at:
//!
//! | room | what its owner may decide |
//! |---|---|
//! | [`port`] | nothing: leaves |
//! | [`material`] | how keys hang under one another, and what is sealed how |
//! | [`quota`], [`nonce`], [`usage`], [`throttle`] | how many there may be, what was seen, how calls are counted, how fast an account may call |
//! | [`object`] | how a deciding object stores, wakes and answers, whatever it decides |
//! | [`identity`], [`account`], [`settings`] | who calls; users, groups, roles and policies, and what is attached to whom; what an operator chose |
//! | [`audit`] | what is recorded, how it is linked, kept and found again |
//! | [`watch`] | what an operator sees of it while it runs |
//! | [`authorise`] | who may |
//! | [`keyring`] | records, states, messages, jobs |
//! | [`copies`] | which copy is believed, and for how long |
//! | [`home`] | what keyrings and accounts have in common as objects |
//! | [`backup`] | what a file for another deployment holds, and how it is sealed |
//! | [`action`] | what each action does |
//! | [`account_object`], [`keyring_object`], [`call`] | the order of a change, and of a call |
#![forbid(unsafe_code)]

pub mod account;
pub mod account_object;
pub mod action;
pub mod audit;
pub mod authorise;
pub mod backup;
pub mod call;
#[cfg(any(test, feature = "simulation"))]
pub mod conformance;
pub mod copies;
pub mod cors;
pub mod defects;
mod encoding;
pub mod home;
pub mod identity;
pub mod keyring;
pub mod keyring_object;
pub mod material;
#[cfg(any(test, feature = "simulation"))]
pub mod memory;
pub mod nonce;
pub mod object;
pub mod port;
pub mod quota;
pub mod settings;
#[cfg(test)]
mod testing;
pub mod throttle;
pub mod usage;
pub mod watch;
