// SPDX-License-Identifier: Apache-2.0
//! The truth about an account: its users with their access keys, groups, roles, the policies that are
//! attached to them, and identity providers. One deciding object an account holds it; isolates have copies.
//!
//! | file | what |
//! |---|---|
//! | [`record`] | what is stored of each thing |
//! | [`store`] | the port to the account's database |
//! | [`holder`] | whom policies are attached to |
//! | [`limit`] | how many of each thing there may be |
//! | [`system`] | the policies that every account has |
//! | [`oidc`] | identity providers |
//! | [`secret`] | secrets of access keys |
//! | [`view`] | what isolates know of it |
//! | [`context`] | what a rule decides with |
//!
//! May be imported: [`crate::material`], [`crate::object`], [`crate::port`].

pub mod context;
pub mod holder;
pub mod limit;
pub mod oidc;
pub mod record;
pub mod secret;
pub mod store;
pub mod system;
pub mod view;
