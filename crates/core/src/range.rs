// SPDX-License-Identifier: Apache-2.0
//! Opening single frames, in any order: a part of a message without the rest of it.
//!
//! What a frame that opens here proves, and what it does not:
//! - its plaintext is what was sealed at this place of this message: message id, sequence number, kind and length are
//!   under its tag;
//! - the last frame, that the plaintext ends there, and so how long it is;
//! - nothing about frames that were not opened, and nothing about a signature, which is over all of them.

use alloc::vec::Vec;

use crate::{
    error::Error,
    format::{
        frame::{self, FrameKind, FramePrefix},
        header::{ContentType, HeaderBody},
        reader::Stop,
    },
    layout::{BodyLayout, FramePlace},
    open::FrameToOpen,
    reason::Reason,
    suite::FormatVersion,
};

/// Plans single frames of one message.
#[derive(Clone, Debug)]
pub struct RangeOpener {
    message_id: Vec<u8>,
    content: ContentType,
    version: FormatVersion,
    layout: BodyLayout,
}

impl RangeOpener {
    /// For the message with this header, whose frames are where `layout` says.
    #[must_use]
    pub fn new(header: &HeaderBody, layout: BodyLayout) -> Self {
        Self {
            message_id: header.message_id.clone(),
            content: header.content,
            version: header.suite.version,
            layout,
        }
    }

    /// Where the frames are.
    #[must_use]
    pub fn layout(&self) -> &BodyLayout {
        &self.layout
    }

    /// How to open frame `sequence`, whose bytes `bytes` are or begin with: its prefix is enough.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the message has no such frame; [`Error::TruncatedMessage`] if `bytes` end
    /// within the prefix, or the last frame is not where the message's size says, because the message was cut or
    /// bytes follow it; [`Error::FrameOutOfOrder`] and [`Error::MalformedFrame`] as [`crate::open::FrameOpener`].
    pub fn plan(&self, sequence: u32, bytes: &[u8]) -> Result<FrameToOpen, Error> {
        let place = self
            .layout
            .frame(sequence)
            .ok_or(Error::InvalidArgument { reason: Reason::NoSuchFrame })?;
        let read = match self.content {
            ContentType::Framed(length) => frame::read_framed(bytes, length.get()),
            ContentType::NonFramed => frame::read_non_framed(bytes),
        };
        let (prefix, prefix_len) = read.map_err(|stop| match stop {
            Stop::More(_) => Error::TruncatedMessage,
            Stop::Refused(error) => error,
        })?;
        fits(&prefix, &place)?;
        FrameToOpen::plan(&prefix, prefix_len, &self.message_id, self.version)
    }
}

/// Whether the frame found is the one that belongs at its place.
fn fits(prefix: &FramePrefix, place: &FramePlace) -> Result<(), Error> {
    if prefix.sequence != place.sequence {
        return Err(Error::FrameOutOfOrder { expected: place.sequence, got: prefix.sequence });
    }
    let content_len = place.content.end - place.content.start;
    match (prefix.kind == FrameKind::Regular, place.kind == FrameKind::Regular) {
        // By the size, the message ends with this frame, but it goes on.
        (true, false) => Err(Error::TruncatedMessage),
        // It ends here, but by the size there is more.
        (false, true) => Err(Error::TrailingBytes),
        _ if prefix.content_len > content_len => Err(Error::TruncatedMessage),
        _ if prefix.content_len < content_len => Err(Error::TrailingBytes),
        _ => Ok(()),
    }
}
