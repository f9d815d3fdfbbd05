// SPDX-License-Identifier: Apache-2.0
//! The AWS Encryption SDK message format: bytes in, bytes out.
//!
//! ```text
//! keyring (CMK, raw AES, raw RSA)
//!   wraps -> data key, one a message                       [`key::DataKey`]
//!     HKDF -> payload key, and the commit key in the header [`key::PayloadKey`]
//!       AES-GCM -> header tag, then each frame
//!         ECDSA over all of it, in the signing suites
//! ```
//!
//! Three doors:
//! - [`simple`]: a whole message in one call.
//! - [`stream`]: a message in pieces, with an [`engine::AeadEngine`] for the AES.
//! - [`seal`] and [`header`], [`open`]: plans only; the host does the AES of each frame.
//!
//! And two side doors: [`range`] opens single frames, which [`layout`] finds; [`rewrap`] writes a message's header
//! anew, for other keyrings.
//!
//! The order of steps is in the types. Sealing: [`seal::SealedHeader`] gives the
//! [`seal::FrameSealer`]. Opening: [`header::ParsedHeader`] -> [`header::AuthenticatedHeader`] ->
//! [`open::FrameOpener`]; there is no payload key before the header is authentic, and no next frame
//! before the last one was.
//!
//! The specification is the repository awslabs/aws-encryption-sdk-specification; module
//! documentation names its files. What edgekms chooses where it leaves a choice is in
//! `docs/format.md`. There is no I/O here, no clock, and no source of randomness: callers hand it
//! in.
#![forbid(unsafe_code)]
#![no_std]

extern crate alloc;

pub mod commitment;
pub mod context;
pub mod engine;
pub mod error;
pub mod format;
pub mod header;
mod kdf;
pub mod key;
pub mod keyring;
pub mod layout;
pub mod materials;
pub mod open;
pub mod range;
pub mod reason;
pub mod rewrap;
pub mod seal;
pub mod signing;
pub mod simple;
pub mod stream;
pub mod suite;

pub use error::Error;
pub use reason::Reason;
