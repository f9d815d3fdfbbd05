// SPDX-License-Identifier: Apache-2.0
//! The one place where bytes are taken from input, always within bounds.
//!
//! A read past the end is not an error of the bytes but a wish for more of them: [`Stop::More`]
//! says how many bytes the input needs at least. Nothing is allocated here.

use crate::error::Error;
use crate::reason::Reason;

/// Why reading stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The input must have at least this many bytes in all.
    More(usize),
    /// The bytes are wrong, whatever follows.
    Refused(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// A stop for header bytes that are wrong, in whichever part of the header.
pub(super) fn malformed_header(reason: Reason) -> Stop {
    Error::MalformedHeader { reason }.into()
}

/// A position in borrowed bytes.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes were taken.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The next `len` bytes.
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], Stop> {
        let end = self.end(len)?;
        let taken = self.bytes.get(self.at..end).ok_or(Stop::More(end))?;
        self.at = end;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let end = self.end(N)?;
        let taken = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>());
        let array = *taken.ok_or(Stop::More(end))?;
        self.at = end;
        Ok(array)
    }

    /// Makes sure that `len` more bytes are there, without taking them.
    pub(crate) fn require(&self, len: usize) -> Result<(), Stop> {
        let end = self.end(len)?;
        if self.bytes.len() < end { Err(Stop::More(end)) } else { Ok(()) }
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Stop> {
        self.array::<1>().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Stop> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Stop> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Stop> {
        self.array().map(u64::from_be_bytes)
    }

    /// A field with a 16-bit length before it.
    pub(crate) fn field16(&mut self) -> Result<&'a [u8], Stop> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }

    fn end(&self, len: usize) -> Result<usize, Stop> {
        self.at.checked_add(len).ok_or(Stop::Refused(Error::MessageTooLong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_past_the_end_says_how_many_bytes_it_needs_and_takes_none() {
        let mut reader = Reader::new(&[0, 9, 1]);
        assert!(matches!(reader.clone().field16(), Err(Stop::More(11))));
        assert!(matches!(reader.u32(), Err(Stop::More(4))));
        assert_eq!(reader.at(), 0);
        assert_eq!(reader.u16().unwrap(), 9);
        assert!(matches!(reader.take(usize::MAX), Err(Stop::Refused(_))));
    }
}
