// SPDX-License-Identifier: Apache-2.0
//! Frames (specification: data-format/message-body.md, message-body-aad.md).
//!
//! ```text
//! regular frame = sequence number (u32) || IV (12) || ciphertext (frame length) || tag (16)
//! final frame   = ffffffff || sequence number (u32) || IV (12) || content length (u32)
//!                 || ciphertext || tag (16)
//! non-framed    = IV (12) || content length (u64) || ciphertext || tag (16)
//! AAD           = message id || content string || sequence number (u32) || content length (u64)
//! ```
//! The IV of a frame is its sequence number in 12 bytes.

use alloc::vec::Vec;

use super::reader::{Reader, Stop};
use crate::{error::Error, reason::Reason, suite::IV_LEN};

/// Marks the final frame where a sequence number would stand.
const SEQUENCE_END: u32 = u32::MAX;
/// Most bytes of a non-framed body.
pub const MAX_NON_FRAMED_LEN: u64 = (1 << 36) - 32;

/// What kind of piece of a body a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// Exactly as long as the header's frame length.
    Regular,
    /// The last one, from 0 to frame length bytes.
    Final,
    /// The whole of a non-framed body.
    NonFramed,
}

impl FrameKind {
    /// The text that binds a ciphertext to its kind.
    fn content_string(self) -> &'static [u8] {
        match self {
            Self::Regular => b"AWSKMSEncryptionClient Frame",
            Self::Final => b"AWSKMSEncryptionClient Final Frame",
            Self::NonFramed => b"AWSKMSEncryptionClient Single Block",
        }
    }
}

/// The fields before a frame's ciphertext.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FramePrefix {
    /// Regular, final or non-framed.
    pub kind: FrameKind,
    /// 1 for the first frame; 1 for a non-framed body.
    pub sequence: u32,
    /// The AES-GCM IV.
    pub iv: [u8; IV_LEN],
    /// Bytes of plaintext, and so of ciphertext without its tag.
    pub content_len: u64,
}

impl FramePrefix {
    /// The prefix of a frame, with the IV that its sequence number gives.
    #[must_use]
    pub fn new(kind: FrameKind, sequence: u32, content_len: u64) -> Self {
        Self { kind, sequence, iv: iv(sequence), content_len }
    }

    /// The bytes before the ciphertext.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { kind, sequence, iv, content_len } = self;
        let mut out = Vec::with_capacity(24);
        match kind {
            FrameKind::Regular => {
                out.extend_from_slice(&sequence.to_be_bytes());
                out.extend_from_slice(iv);
            }
            FrameKind::Final => {
                out.extend_from_slice(&SEQUENCE_END.to_be_bytes());
                out.extend_from_slice(&sequence.to_be_bytes());
                out.extend_from_slice(iv);
                // A final frame is at most as long as the frame length, which has 32 bits.
                let len = u32::try_from(*content_len).unwrap_or(u32::MAX);
                out.extend_from_slice(&len.to_be_bytes());
            }
            FrameKind::NonFramed => {
                out.extend_from_slice(iv);
                out.extend_from_slice(&content_len.to_be_bytes());
            }
        }
        out
    }

    /// The additional authenticated data of this frame of the message `message_id`.
    #[must_use]
    pub fn aad(&self, message_id: &[u8]) -> Vec<u8> {
        let content = self.kind.content_string();
        let mut out = Vec::with_capacity(message_id.len() + content.len() + 12);
        out.extend_from_slice(message_id);
        out.extend_from_slice(content);
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.content_len.to_be_bytes());
        out
    }
}

/// The sequence number, big-endian, in 12 bytes.
#[must_use]
pub fn iv(sequence: u32) -> [u8; IV_LEN] {
    let [a, b, c, d] = sequence.to_be_bytes();
    [0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]
}

/// Reads the prefix of a regular or final frame, and its length in bytes.
pub(crate) fn read_framed(bytes: &[u8], frame_length: u32) -> Result<(FramePrefix, usize), Stop> {
    let mut reader = Reader::new(bytes);
    let first = reader.u32()?;
    let prefix = if first == SEQUENCE_END {
        let sequence = reader.u32()?;
        let iv = reader.array()?;
        let content_len = reader.u32()?;
        if content_len > frame_length {
            return Err(malformed(Reason::FinalFrameTooLong));
        }
        FramePrefix { kind: FrameKind::Final, sequence, iv, content_len: content_len.into() }
    } else {
        let iv = reader.array()?;
        FramePrefix {
            kind: FrameKind::Regular,
            sequence: first,
            iv,
            content_len: frame_length.into(),
        }
    };
    Ok((prefix, reader.at()))
}

/// Reads the prefix of a non-framed body, and its length in bytes.
pub(crate) fn read_non_framed(bytes: &[u8]) -> Result<(FramePrefix, usize), Stop> {
    let mut reader = Reader::new(bytes);
    let iv = reader.array()?;
    let content_len = reader.u64()?;
    if content_len > MAX_NON_FRAMED_LEN {
        return Err(malformed(Reason::BodyTooLong));
    }
    Ok((FramePrefix { kind: FrameKind::NonFramed, sequence: 1, iv, content_len }, reader.at()))
}

fn malformed(reason: Reason) -> Stop {
    Error::MalformedFrame { reason }.into()
}
