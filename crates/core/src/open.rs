// SPDX-License-Identifier: Apache-2.0
//! Opening, planned: which bytes the next frame has, and how to decrypt them
//! (specification: client-apis/decrypt.md, Decrypt the message body).
//!
//! [`FrameOpener::read`] plans a frame; when its tag was right, [`FrameOpener::opened`] moves on to
//! the next. A frame whose tag is wrong never advances, so nothing after it can be opened.

use alloc::vec::Vec;

use crate::{
    engine::FrameCipher,
    error::Error,
    format::{
        frame::{self, FrameKind, FramePrefix},
        header::ContentType,
        reader::Stop,
    },
    reason::Reason,
    suite::{FormatVersion, IV_LEN, TAG_LEN},
};

/// What reading a frame's start gave.
#[derive(Debug)]
pub enum FrameRead {
    /// The prefix is not at its end yet; the input must have at least this many bytes in all.
    NeedMore(usize),
    /// The frame.
    Frame(FrameToOpen),
}

/// How to open one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrameToOpen {
    /// Bytes before the ciphertext.
    pub prefix_len: usize,
    /// Bytes of ciphertext, without the tag.
    pub content_len: usize,
    /// Bytes of the whole frame: prefix, ciphertext, tag.
    pub total_len: usize,
    /// The IV.
    pub iv: [u8; IV_LEN],
    /// The additional authenticated data.
    pub aad: Vec<u8>,
    /// Whether the body ends with this frame.
    pub last: bool,
    sequence: u32,
}

impl FrameToOpen {
    /// The frame with this prefix of the message `message_id`, wherever it stands.
    pub(crate) fn plan(
        prefix: &FramePrefix,
        prefix_len: usize,
        message_id: &[u8],
        version: FormatVersion,
    ) -> Result<Self, Error> {
        // "The IV is the sequence number": true of every framed version 2 message. Early SDKs wrote random
        // IVs into version 1 messages, so there the stored one is used; the tag covers it.
        let fixed = version == FormatVersion::V2 && prefix.kind != FrameKind::NonFramed;
        if fixed && prefix.iv != frame::iv(prefix.sequence) {
            return Err(Error::MalformedFrame { reason: Reason::FrameIv });
        }
        let content_len = usize::try_from(prefix.content_len).map_err(|_| Error::MessageTooLong)?;
        let total_len =
            content_len.checked_add(prefix_len + TAG_LEN).ok_or(Error::MessageTooLong)?;
        Ok(Self {
            prefix_len,
            content_len,
            total_len,
            iv: prefix.iv,
            aad: prefix.aad(message_id),
            last: prefix.kind != FrameKind::Regular,
            sequence: prefix.sequence,
        })
    }

    /// Opens `frame`, which has exactly [`FrameToOpen::total_len`] bytes, and appends its plaintext
    /// to `out`.
    ///
    /// # Errors
    /// [`Error::FrameNotAuthentic`] if the tag is wrong, [`Error::TruncatedMessage`] if the frame
    /// has another length; `out` is then unchanged.
    pub fn open(
        &self,
        cipher: &impl FrameCipher,
        frame: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if frame.len() != self.total_len {
            return Err(Error::TruncatedMessage);
        }
        let sealed = frame.get(self.prefix_len..).unwrap_or_default();
        let (ciphertext, tag) =
            sealed.split_last_chunk::<TAG_LEN>().ok_or(Error::TruncatedMessage)?;
        let start = out.len();
        out.extend_from_slice(ciphertext);
        let buffer = out.get_mut(start..).unwrap_or_default();
        cipher.open(&self.iv, &self.aad, buffer, tag).inspect_err(|_| out.truncate(start))
    }
}

/// Plans the opening of one body, in order.
#[derive(Debug)]
pub struct FrameOpener {
    message_id: Vec<u8>,
    content: ContentType,
    version: FormatVersion,
    next: u32,
    done: bool,
}

impl FrameOpener {
    /// Plans for the body of the message `message_id`.
    #[must_use]
    pub fn new(message_id: Vec<u8>, content: ContentType, version: FormatVersion) -> Self {
        Self { message_id, content, version, next: 1, done: false }
    }

    /// Whether the last frame was opened; only a footer may follow.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Plans the frame that starts at `bytes`.
    ///
    /// # Errors
    /// [`Error::FrameOutOfOrder`], [`Error::MalformedFrame`], [`Error::TrailingBytes`] after the
    /// last frame, and [`Error::MessageTooLong`] for a frame that this machine cannot address.
    pub fn read(&self, bytes: &[u8]) -> Result<FrameRead, Error> {
        if self.done {
            return Err(Error::TrailingBytes);
        }
        let read = match self.content {
            ContentType::Framed(length) => frame::read_framed(bytes, length.get()),
            ContentType::NonFramed => frame::read_non_framed(bytes),
        };
        match read {
            Ok((prefix, prefix_len)) => self.plan(&prefix, prefix_len).map(FrameRead::Frame),
            Err(Stop::More(len)) => Ok(FrameRead::NeedMore(len)),
            Err(Stop::Refused(error)) => Err(error),
        }
    }

    /// Moves on: `frame` was opened, its tag was right.
    ///
    /// # Errors
    /// [`Error::FrameOutOfOrder`] if it is not the frame that was to be opened.
    pub fn opened(&mut self, frame: &FrameToOpen) -> Result<(), Error> {
        if self.done || frame.sequence != self.next {
            return Err(Error::FrameOutOfOrder { expected: self.next, got: frame.sequence });
        }
        self.done = frame.last;
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    fn plan(&self, prefix: &FramePrefix, prefix_len: usize) -> Result<FrameToOpen, Error> {
        if prefix.sequence != self.next {
            return Err(Error::FrameOutOfOrder { expected: self.next, got: prefix.sequence });
        }
        FrameToOpen::plan(prefix, prefix_len, &self.message_id, self.version)
    }
}
