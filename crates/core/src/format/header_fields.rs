// SPDX-License-Identifier: Apache-2.0
//! What the headers of both versions have (specification: data-format/message-header.md).
//!
//! Apart from [`super::header`], which chooses the version, so that the versions can name these
//! and be named by it.

use alloc::vec::Vec;

use core::num::NonZeroU32;

use super::{
    encrypted_data_key::EncryptedDataKey,
    reader::{Reader, Stop, malformed_header},
};
use crate::{
    context::StoredContext,
    error::Error,
    reason::Reason,
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
            .ok_or(Error::InvalidArgument { reason: Reason::FrameLength })
    }

    pub(super) fn read(content_type: u8, frame_length: u32) -> Result<Self, Stop> {
        let reason = match (content_type, NonZeroU32::new(frame_length)) {
            (1, None) => return Ok(Self::NonFramed),
            (2, Some(length)) => return Ok(Self::Framed(length)),
            (1, Some(_)) => Reason::NonFramedWithLength,
            (2, None) => Reason::ZeroFrameLength,
            _ => Reason::ContentType,
        };
        Err(malformed_header(reason))
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

/// What authenticates a header body: an AES-GCM tag over it, of an empty plaintext.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authentication {
    /// Stored in version 1, zeros in version 2.
    pub iv: [u8; IV_LEN],
    /// The tag.
    pub tag: [u8; TAG_LEN],
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

/// Reads the suite, which must belong to `version`.
pub(super) fn read_suite(
    reader: &mut Reader<'_>,
    version: FormatVersion,
) -> Result<&'static Suite, Stop> {
    let suite = Suite::from_id(reader.u16()?)?;
    if suite.version == version { Ok(suite) } else { Err(malformed_header(Reason::SuiteVersion)) }
}
