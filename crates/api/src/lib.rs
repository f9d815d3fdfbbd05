// SPDX-License-Identifier: Apache-2.0
//! The contract of the key management service: what may be asked, what is answered, and how both
//! look on the wires of two clouds.
//!
//! ```text
//! RawRequest --claim--> Claimed --parse--> SignedRequest --verify--> AuthenticatedRequest
//!                                                                        |  command
//!            Response <--write-- Reply or ApiError <-- the service <-- Command
//! ```
//!
//! | room | what it holds |
//! |---|---|
//! | [`id`], [`arn`], [`place`], [`context`], [`time`], [`text`], [`error`] and what stands beside them | the words that all share |
//! | [`key`] | a CMK as it is described and named |
//! | [`action`] | the table of actions |
//! | [`product`] | the products, each with an API of its own |
//! | [`account`] | users, groups, roles, policies and identity providers as they are described and named |
//! | [`kms`], [`ram`], [`sts`], [`ims`], [`trail`] | the actions' contracts: typed commands and replies, which know no transport |
//! | [`dialect`] | bytes to commands and replies to bytes: Alibaba's way and AWS's |
//!
//! The crate does no I/O, has no clock and draws no random numbers: all three are arguments. It
//! knows the shape and the limits of every request, and nothing of keys: what an action *does* is
//! the service's. The client uses it too, to sign, without the `server` feature.
#![forbid(unsafe_code)]

#[cfg(feature = "server")]
pub mod account;
#[cfg(feature = "server")]
pub mod action;
pub mod arn;
#[cfg(feature = "server")]
pub mod bytes;
#[cfg(feature = "server")]
pub mod commas;
pub mod context;
pub mod dialect;
pub mod error;
pub mod id;
#[cfg(feature = "server")]
pub mod ims;
#[cfg(feature = "server")]
pub mod key;
#[cfg(feature = "server")]
pub mod kms;
#[cfg(feature = "server")]
pub mod list;
#[cfg(feature = "server")]
pub mod number;
#[cfg(feature = "server")]
pub mod page;
pub mod place;
#[cfg(feature = "server")]
pub mod policy;
pub mod product;
#[cfg(feature = "server")]
pub mod quota;
#[cfg(feature = "server")]
pub mod ram;
#[cfg(feature = "server")]
pub mod repeat;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "server")]
pub mod sts;
pub mod text;
pub mod time;
#[cfg(feature = "server")]
pub mod trail;
#[cfg(feature = "server")]
mod tree;
#[cfg(feature = "server")]
pub mod usage;
