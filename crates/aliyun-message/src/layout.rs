// SPDX-License-Identifier: Apache-2.0
//! The two layouts of a message, and the lengths of 32 bits that both use.

use crate::error::Error;

/// How the fields of a message are written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A DER structure: what the SDKs write for bytes.
    #[default]
    Der,
    /// Flat: what the Java SDK writes for streams, and alone reads.
    Stream,
}

/// Bytes with 32-bit lengths in them, most significant byte first, read from the front.
pub(crate) struct Lengths<'a>(pub(crate) &'a [u8]);

impl<'a> Lengths<'a> {
    /// The next `len` bytes.
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(Error::TruncatedMessage)?;
        self.0 = rest;
        Ok(taken)
    }

    /// A number of 32 bits.
    pub(crate) fn number(&mut self) -> Result<u32, Error> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Error::TruncatedMessage)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*bytes))
    }

    /// A length and as many bytes.
    pub(crate) fn counted(&mut self) -> Result<&'a [u8], Error> {
        let len = self.number()?;
        self.take(usize::try_from(len).map_err(|_| Error::TruncatedMessage)?)
    }
}

/// Appends a length.
pub(crate) fn push_len(out: &mut Vec<u8>, len: usize) -> Result<(), Error> {
    let len = u32::try_from(len).map_err(|_| Error::MessageTooLong)?;
    out.extend_from_slice(&len.to_be_bytes());
    Ok(())
}

/// Appends a length and the bytes.
pub(crate) fn push_counted(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Error> {
    push_len(out, bytes.len())?;
    out.extend_from_slice(bytes);
    Ok(())
}
