// SPDX-License-Identifier: Apache-2.0
//! How several values lie in the area: numbers little-endian, as JavaScript's `DataView` is told; a field is
//! its length (u32) and its bytes.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use edgekms_core::{Error, Reason, context::EncryptionContext};

use crate::misused::misused;

/// Takes values from the front.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        let (value, rest) = self.0.split_first().ok_or_else(misused)?;
        self.0 = rest;
        Ok(*value)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        let (value, rest) = self.0.split_first_chunk().ok_or_else(misused)?;
        self.0 = rest;
        Ok(u32::from_le_bytes(*value))
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let (value, rest) = self.0.split_at_checked(len).ok_or_else(misused)?;
        self.0 = rest;
        Ok(value)
    }

    pub(crate) fn field(&mut self) -> Result<&'a [u8], Error> {
        let len = self.u32()?;
        self.take(len as usize)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Error> {
        // JavaScript refuses lone surrogates before; the encoder writes nothing else that is not UTF-8.
        let bytes = self.field()?;
        core::str::from_utf8(bytes)
            .map_err(|_| Error::InvalidContext { reason: Reason::ContextNotUtf8 })
    }

    /// A count, then that many texts.
    pub(crate) fn texts(&mut self) -> Result<Vec<String>, Error> {
        let count = self.u32()?;
        (0..count).map(|_| self.text().map(ToOwned::to_owned)).collect()
    }

    /// A count of pairs, then the pairs.
    pub(crate) fn pairs(&mut self) -> Result<Vec<(&'a str, &'a str)>, Error> {
        let count = self.u32()?;
        (0..count).map(|_| Ok((self.text()?, self.text()?))).collect()
    }
}

/// Appends a field.
pub(crate) fn put_field(out: &mut Vec<u8>, bytes: &[u8]) {
    put_u32(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// Appends a number that is known to have 32 bits at most, as lengths in the area have.
pub(crate) fn put_u32(out: &mut Vec<u8>, value: usize) {
    out.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes());
}

/// The pairs of a context, in order: a count, then the fields.
pub(crate) fn put_context(out: &mut Vec<u8>, context: &EncryptionContext) {
    put_u32(out, context.pairs().count());
    for (key, value) in context.pairs() {
        put_field(out, key.as_bytes());
        put_field(out, value.as_bytes());
    }
}
