// SPDX-License-Identifier: Apache-2.0
//! Collects bytes until they hold a whole header.

use alloc::{boxed::Box, vec::Vec};

use crate::{
    error::Error,
    format::header::HeaderLimits,
    header::{HeaderRead, ParsedHeader},
};

/// Reads the header of a message that comes in pieces.
#[derive(Debug, Default)]
pub struct HeaderReader {
    limits: HeaderLimits,
    bytes: Vec<u8>,
    needed: usize,
}

impl HeaderReader {
    /// A reader with these limits.
    #[must_use]
    pub fn new(limits: HeaderLimits) -> Self {
        Self { limits, bytes: Vec::new(), needed: 1 }
    }

    /// Takes the next bytes; gives the header once it is whole. Bytes after it are then in
    /// [`HeaderReader::into_rest`].
    ///
    /// # Errors
    /// As [`ParsedHeader::read`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<Box<ParsedHeader>>, Error> {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() < self.needed {
            return Ok(None);
        }
        match ParsedHeader::read(&self.bytes, self.limits)? {
            HeaderRead::NeedMore(needed) => {
                self.needed = needed;
                Ok(None)
            }
            HeaderRead::Header(header) => {
                // The header was read from the start of these bytes.
                self.bytes.drain(..header.bytes().len());
                Ok(Some(header))
            }
        }
    }

    /// The bytes that were given and are not of the header.
    #[must_use]
    pub fn into_rest(self) -> Vec<u8> {
        self.bytes
    }
}
