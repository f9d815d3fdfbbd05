// SPDX-License-Identifier: Apache-2.0
//! The footer of a signed message (specification: data-format/message-footer.md).
//!
//! ```text
//! footer = length (u16) || ECDSA signature in DER, over header || body
//! ```

use alloc::vec::Vec;

use super::reader::{Reader, Stop};
use crate::{error::Error, suite::Curve};

/// Writes the footer of a DER signature.
///
/// # Errors
/// [`Error::SignatureNotValid`] if it is longer than a signature can be.
pub fn write(signature: &[u8]) -> Result<Vec<u8>, Error> {
    let len = u16::try_from(signature.len()).map_err(|_| Error::SignatureNotValid)?;
    Ok([&len.to_be_bytes(), signature].concat())
}

/// What reading a footer gave.
#[derive(Debug, PartialEq, Eq)]
pub enum FooterRead<'a> {
    /// The input must have at least this many bytes in all.
    NeedMore(usize),
    /// The signature, and the bytes of the footer with its length.
    Footer(&'a [u8], usize),
}

/// Reads the footer at the start of `bytes`.
///
/// # Errors
/// [`Error::SignatureNotValid`] if it claims to be longer than a signature of `curve` can be.
pub fn read(bytes: &[u8], curve: Curve) -> Result<FooterRead<'_>, Error> {
    let mut reader = Reader::new(bytes);
    let signature = reader.u16().and_then(|len| {
        let len = usize::from(len);
        if len > curve.max_signature_len() {
            return Err(Error::SignatureNotValid.into());
        }
        reader.take(len)
    });
    match signature {
        Ok(signature) => Ok(FooterRead::Footer(signature, reader.at())),
        Err(Stop::More(len)) => Ok(FooterRead::NeedMore(len)),
        Err(Stop::Refused(error)) => Err(error),
    }
}
