// SPDX-License-Identifier: Apache-2.0
//! Two clouds' ways to say the same things: bytes to commands, replies and errors to bytes.
//!
//! A request is taken in steps, each a type, so that no step can be passed over:
//!
//! ```text
//! RawRequest::claim   whose it says it is, at the least cost      -> Claimed
//! Claimed::parse      bounds, encoding, form, which signature     -> SignedRequest
//! SignedRequest::verify   clock window, signature                 -> AuthenticatedRequest
//! AuthenticatedRequest::into_asked                                what it asks for  -> Asked
//! Asked::{action, region, command}
//!
//! RawRequest::unsigned    of actions alone whose callers a token proves -> Asked
//! ```
//!
//! Nothing beyond this room knows parameters, JSON or XML. Each dialect's own rooms know nothing of
//! the other's.

pub mod alibaba;
#[cfg(feature = "server")]
pub(crate) mod asked;
#[cfg(feature = "server")]
pub(crate) mod authorization;
pub mod aws;
#[cfg(feature = "server")]
pub mod check;
#[cfg(feature = "server")]
pub(crate) mod fields;
#[cfg(feature = "server")]
pub(crate) mod headers;
pub mod params;
#[cfg(feature = "server")]
pub mod request;
#[cfg(feature = "server")]
pub mod response;
pub mod signature;

#[cfg(feature = "server")]
pub use self::steps::{
    Asked, AuthenticatedRequest, Claimed, DeploymentLimits, Dialect, ReplayGuard, SignedRequest,
};

#[cfg(feature = "server")]
mod steps;
#[cfg(feature = "server")]
pub(crate) mod told;
