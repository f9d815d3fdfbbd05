// SPDX-License-Identifier: Apache-2.0
//! Whole messages as streams: plans carried out by an [`crate::engine::AeadEngine`].
//!
//! Bytes in, bytes out, no I/O: the caller moves them. An [`Encryptor`] holds at most one frame of
//! plaintext, a [`Decryptor`] at most one frame and the chunk that was given last. A non-framed
//! body is one frame as long as the message; that is the format, and why nothing writes it.

mod decryptor;
mod encryptor;
mod header_reader;

pub use decryptor::Decryptor;
pub use encryptor::Encryptor;
pub use header_reader::HeaderReader;
