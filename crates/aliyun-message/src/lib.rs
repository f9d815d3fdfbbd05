// SPDX-License-Identifier: Apache-2.0
//! The message of the Alibaba Encryption SDK: bytes in, bytes out.
//!
//! ```text
//! CMKs in a KMS
//!   wrap -> one data key a message                           [`key::DataKey`]
//!     GCM tag over algorithm, wrapped data keys and context  [`header::Header`]
//!     GCM, CBC or CTR of the content                         [`message::Message`]
//! ```
//!
//! Two layouts hold the same fields ([`layout::Layout`]): DER, which the SDKs for Python and Java write for
//! bytes, and the flat one that the SDK for Java writes for streams. [`seal::seal`] writes both, with GCM
//! alone; [`message::Message::parse`] tells them apart and reads every symmetric algorithm that there is.
//!
//! Whoever has parsed a message knows which CMKs can unwrap its data key and under which encryption context.
//! Nothing of that is authentic before [`message::Message::open`] has been given the data key. The calls to a
//! KMS in between are the caller's: there is no I/O here, no clock, and no source of randomness.
//!
//! Alibaba publishes no specification; this follows what its SDKs for Python (0.1.1) and Java (1.1.0) do. What
//! is chosen where they differ or leave a choice is in `docs/foreign-formats.md`.
#![forbid(unsafe_code)]

pub mod algorithm;
mod cipher;
pub mod context;
mod der_form;
pub mod error;
pub mod header;
pub mod key;
pub mod layout;
pub mod message;
mod parts;
pub mod seal;
mod stream_form;

pub use error::Error;
