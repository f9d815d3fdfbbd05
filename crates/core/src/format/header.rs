// SPDX-License-Identifier: Apache-2.0
//! The message header as data (specification: data-format/message-header.md), both versions.
//!
//! `header = header body || header authentication`. Reading here checks the format only; nothing
//! read is authentic until [`crate::header`] says so.

use alloc::vec::Vec;

pub use super::header_fields::{Authentication, ContentType, HeaderBody, HeaderLimits};
use super::{
    header_v1, header_v2,
    reader::{Reader, Stop, malformed_header},
};
use crate::{error::Error, reason::Reason, suite::FormatVersion};

impl HeaderBody {
    /// The bytes of the body.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] or [`Error::TooManyEncryptedDataKeys`] if a field is longer than
    /// the format allows.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        if self.message_id.len() != self.suite.version.message_id_len() {
            return Err(Error::InvalidArgument { reason: Reason::MessageIdLength });
        }
        let mut out = Vec::with_capacity(512);
        match self.suite.version {
            FormatVersion::V1 => header_v1::write(self, &mut out)?,
            FormatVersion::V2 => header_v2::write(self, &mut out)?,
        }
        Ok(out)
    }
}

impl Authentication {
    /// Appends the bytes for `version`.
    pub(crate) fn write(&self, version: FormatVersion, out: &mut Vec<u8>) {
        match version {
            FormatVersion::V1 => header_v1::write_authentication(self, out),
            FormatVersion::V2 => header_v2::write_authentication(self, out),
        }
    }
}

/// A header read to its end.
#[derive(Debug)]
pub(crate) struct ReadHeader {
    pub(crate) body: HeaderBody,
    pub(crate) body_len: usize,
    pub(crate) authentication: Authentication,
    pub(crate) len: usize,
}

/// Reads a whole header from the start of `bytes`.
pub(crate) fn read(bytes: &[u8], limits: HeaderLimits) -> Result<ReadHeader, Stop> {
    let mut reader = Reader::new(bytes);
    let version = match reader.u8()? {
        1 => FormatVersion::V1,
        2 => FormatVersion::V2,
        _ => return Err(malformed_header(Reason::HeaderVersion)),
    };
    let body = match version {
        FormatVersion::V1 => header_v1::read(&mut reader, limits)?,
        FormatVersion::V2 => header_v2::read(&mut reader, limits)?,
    };
    let body_len = reader.at();
    let authentication = match version {
        FormatVersion::V1 => header_v1::read_authentication(&mut reader)?,
        FormatVersion::V2 => header_v2::read_authentication(&mut reader)?,
    };
    Ok(ReadHeader { body, body_len, authentication, len: reader.at() })
}
