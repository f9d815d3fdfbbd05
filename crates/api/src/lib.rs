// SPDX-License-Identifier: Apache-2.0
//! The Alibaba Cloud KMS OpenAPI (product `Kms`, version `2016-01-20`) as types: what a request
//! may say, how it is signed, and what the answer looks like.
//!
//! ```text
//! RawRequest --parse--> SignedRequest --verify--> AuthenticatedRequest --action--> typed request
//!                                                                                      |
//!              JSON or XML <--answer-- typed response or ApiError <-- the service -----+
//! ```
//!
//! The crate does no I/O, has no clock and draws no random numbers: all three are arguments. It
//! knows the shape and the limits of every request, and nothing of keys: what an action *does* is
//! the service's. The client uses it too, to sign ([`signature`]), without the `server` feature.
#![forbid(unsafe_code)]

#[cfg(feature = "server")]
pub mod action;
#[cfg(feature = "server")]
pub mod answer;
pub mod arn;
pub mod context;
pub mod error;
pub mod id;
#[cfg(feature = "server")]
pub mod key;
pub mod params;
pub mod request;
pub mod signature;
pub mod text;
pub mod time;
