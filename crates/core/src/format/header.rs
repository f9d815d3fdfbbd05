// SPDX-License-Identifier: Apache-2.0
//! The message header as data (specification: data-format/message-header.md), both versions.
//!
//! `header = header body || header authentication`. Reading here checks the format only; nothing
//! read is authentic until [`crate::header`] says so.

use std::num::NonZeroU32;

use super::{
    encrypted_data_key::EncryptedDataKey,
    header_v1, header_v2,
    reader::{Reader, Stop},
};
use crate::{
    context::StoredContext,
    error::Error,
    suite::{COMMIT_KEY_LEN, FormatVersion, IV_LEN, Suite, TAG_LEN},
};

/// How the body is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentType {
    /// One piece, up to 2^36 - 32 bytes. Read, never written.
    NonFramed,
    /// Frames of this many plaintext bytes, the last of at most as many.
    Framed(NonZeroU32),
}

impl ContentType {
    /// Frames of `length` plaintext bytes.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for 0.
    pub fn framed(length: u32) -> Result<Self, Error> {
        NonZeroU32::new(length)
            .map(Self::Framed)
            .ok_or(Error::InvalidArgument { reason: "frameLength must be 1 to 4,294,967,295" })
    }

    pub(super) fn read(content_type: u8, frame_length: u32) -> Result<Self, Stop> {
        let reason = match (content_type, NonZeroU32::new(frame_length)) {
            (1, None) => return Ok(Self::NonFramed),
            (2, Some(length)) => return Ok(Self::Framed(length)),
            (1, Some(_)) => "it is not framed but has a frame length",
            (2, None) => "its frame length is 0",
            _ => "its content type is neither 1 nor 2",
        };
        Err(malformed(reason))
    }

    pub(super) fn to_wire(self) -> (u8, u32) {
        match self {
            Self::NonFramed => (1, 0),
            Self::Framed(length) => (2, length.get()),
        }
    }
}

/// The fields of a header body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderBody {
    /// The algorithm suite; it fixes the version.
    pub suite: &'static Suite,
    /// Random, 16 or 32 bytes; in the AAD of each frame.
    pub message_id: Vec<u8>,
    /// The encryption context, as stored.
    pub context: StoredContext,
    /// At least one.
    pub encrypted_data_keys: Vec<EncryptedDataKey>,
    /// How the body is divided.
    pub content: ContentType,
    /// What commits the message to its data key; committing suites have it.
    pub commit_key: Option<[u8; COMMIT_KEY_LEN]>,
}

impl HeaderBody {
    /// The bytes of the body.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] or [`Error::TooManyEncryptedDataKeys`] if a field is longer than
    /// the format allows.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        if self.message_id.len() != self.suite.version.message_id_len() {
            return Err(Error::InvalidArgument {
                reason: "the message id has not the version's length",
            });
        }
        let mut out = Vec::with_capacity(512);
        match self.suite.version {
            FormatVersion::V1 => header_v1::write(self, &mut out)?,
            FormatVersion::V2 => header_v2::write(self, &mut out)?,
        }
        Ok(out)
    }
}

/// What authenticates a header body: an AES-GCM tag over it, of an empty plaintext.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authentication {
    /// Stored in version 1, zeros in version 2.
    pub iv: [u8; IV_LEN],
    /// The tag.
    pub tag: [u8; TAG_LEN],
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

/// What a reader accepts.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct HeaderLimits {
    /// Most encrypted data keys; without it, the format's 65,535.
    pub max_encrypted_data_keys: Option<u16>,
}

impl HeaderLimits {
    /// At most so many encrypted data keys.
    #[must_use]
    pub fn max_encrypted_data_keys(limit: Option<u16>) -> Self {
        Self { max_encrypted_data_keys: limit }
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
        _ => return Err(malformed("its first byte is neither 1 nor 2")),
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

/// Reads the suite, which must belong to `version`.
pub(super) fn suite(
    reader: &mut Reader<'_>,
    version: FormatVersion,
) -> Result<&'static Suite, Stop> {
    let suite = Suite::from_id(reader.u16()?)?;
    if suite.version == version {
        Ok(suite)
    } else {
        Err(malformed("its algorithm suite belongs to the other header version"))
    }
}

/// A stop for header bytes that are wrong, in whichever part of the header.
pub(super) fn malformed(reason: &'static str) -> Stop {
    Error::MalformedHeader { reason }.into()
}
