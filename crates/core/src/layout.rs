// SPDX-License-Identifier: Apache-2.0
//! Where things are in a message: which frames hold a part of the plaintext, and which bytes hold a frame.
//!
//! ```text
//! message = header || regular frame * n || final frame (0 to frame length bytes of plaintext) || footer, if signed
//!         | header || one piece || footer, if signed
//! ```
//! All regular frames are equally long, so places are arithmetic and no byte of the body need be read. Nothing that
//! is computed here is authentic by itself: a size is what a file system or a server says. The frame that is then
//! read at a computed place is, since its number, its kind and its length are under its tag
//! ([`crate::range`] checks them), and the final frame's tag proves the length of the whole plaintext.

use alloc::vec::Vec;
use core::ops::{Range, RangeInclusive};

use crate::{
    error::Error,
    format::{
        frame::{FrameKind, MAX_NON_FRAMED_LEN},
        header::ContentType,
    },
    suite::{Curve, IV_LEN, TAG_LEN},
};

/// Bytes before the ciphertext of a regular frame: sequence number and IV.
const REGULAR_PREFIX: u64 = 4 + IV_LEN as u64;
/// Bytes before the ciphertext of the final frame: mark, sequence number, IV and content length.
const FINAL_PREFIX: u64 = 4 + 4 + IV_LEN as u64 + 4;
/// Bytes before the ciphertext of a body in one piece: IV and content length.
const NON_FRAMED_PREFIX: u64 = IV_LEN as u64 + 8;
const TAG: u64 = TAG_LEN as u64;

/// How a plaintext that fills its last frame ends: the format allows both, and writers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The final frame is full. Who has the whole plaintext writes so: [`crate::stream::Encryptor`] and one call.
    Full,
    /// The final frame is empty. Who seals each frame as it fills writes so: the package's streams.
    Empty,
}

/// The frames of one message, by size alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyLayout {
    header_len: u64,
    content: ContentType,
    /// Frames before the last one.
    regular: u32,
    /// Plaintext bytes of the last one.
    last_len: u64,
    footer_len: u64,
}

/// Where one frame is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FramePlace {
    /// Regular, final, or the one piece of a body without frames.
    pub kind: FrameKind,
    /// Its number, from 1.
    pub sequence: u32,
    /// Its bytes in the message: prefix, ciphertext and tag.
    pub bytes: Range<u64>,
    /// Its bytes in the plaintext.
    pub content: Range<u64>,
}

impl BodyLayout {
    /// The layout of a message that is to be written.
    ///
    /// # Errors
    /// [`Error::MessageTooLong`] if there are not enough frames or its size has more than 64 bits.
    pub fn of_plaintext(
        header_len: u64,
        content: ContentType,
        plaintext_len: u64,
        ending: Ending,
    ) -> Result<Self, Error> {
        let (regular, last_len) = match content {
            ContentType::NonFramed if plaintext_len > MAX_NON_FRAMED_LEN => {
                return Err(Error::MessageTooLong);
            }
            ContentType::NonFramed => (0, plaintext_len),
            ContentType::Framed(length) => {
                let length = u64::from(length.get());
                let (full, rest) = (plaintext_len / length, plaintext_len % length);
                if rest == 0 && full > 0 && ending == Ending::Full {
                    (full - 1, length)
                } else {
                    (full, rest)
                }
            }
        };
        Self { header_len, content, regular: count(regular)?, last_len, footer_len: 0 }.checked()
    }

    /// The layout of a message of this size. There is at most one: after the frames that are full, what is left is
    /// a final frame of 0 to frame length bytes, and no more than that.
    ///
    /// # Errors
    /// [`Error::TruncatedMessage`] if no message with such a header has this size: it was cut, or bytes follow it.
    pub fn of_message(
        header_len: u64,
        content: ContentType,
        message_len: u64,
        footer_len: u64,
    ) -> Result<Self, Error> {
        let body = message_len
            .checked_sub(header_len)
            .and_then(|rest| rest.checked_sub(footer_len))
            .ok_or(Error::TruncatedMessage)?;
        let (regular, last_len) = match content {
            ContentType::NonFramed => {
                let len = body.checked_sub(NON_FRAMED_PREFIX + TAG);
                (0, len.filter(|&len| len <= MAX_NON_FRAMED_LEN).ok_or(Error::TruncatedMessage)?)
            }
            ContentType::Framed(length) => {
                let length = u64::from(length.get());
                let regular_len = REGULAR_PREFIX + length + TAG;
                let rest = body.checked_sub(FINAL_PREFIX + TAG).ok_or(Error::TruncatedMessage)?;
                let (regular, last_len) = (rest / regular_len, rest % regular_len);
                if last_len > length {
                    return Err(Error::TruncatedMessage);
                }
                (regular, last_len)
            }
        };
        let regular = count(regular).map_err(|_| Error::TruncatedMessage)?;
        Self { header_len, content, regular, last_len, footer_len }.checked()
    }

    /// The layouts that a signed message may have, by its last bytes, of which `tail` has some 110 or more.
    ///
    /// A signature's length varies, so the size alone does not tell where the body ends. Almost always one length
    /// fits; if several do, the right one is that at whose end the final frame is.
    #[must_use]
    pub fn of_signed_message(
        header_len: u64,
        content: ContentType,
        message_len: u64,
        tail: &[u8],
        curve: Curve,
    ) -> Vec<Self> {
        (0..=curve.max_signature_len())
            .filter(|&signature_len| ends_with_signature(tail, signature_len))
            .filter_map(|signature_len| {
                let footer_len = u64::try_from(signature_len + 2).ok()?;
                Self::of_message(header_len, content, message_len, footer_len).ok()
            })
            .collect()
    }

    /// Bytes of the plaintext.
    #[must_use]
    pub fn plaintext_len(&self) -> u64 {
        u64::from(self.regular) * self.frame_length() + self.last_len
    }

    /// Bytes of the message.
    #[must_use]
    pub fn message_len(&self) -> u64 {
        self.last().bytes.end + self.footer_len
    }

    /// How many frames there are; the last one's number.
    #[must_use]
    pub fn frames(&self) -> u32 {
        self.regular.saturating_add(1)
    }

    /// Where the last frame is.
    #[must_use]
    pub fn last(&self) -> FramePlace {
        self.place(self.frames())
    }

    /// Where frame `sequence` is, counted from 1; `None` if there is no such frame.
    #[must_use]
    pub fn frame(&self, sequence: u32) -> Option<FramePlace> {
        (1..=self.frames()).contains(&sequence).then(|| self.place(sequence))
    }

    /// The frames that hold these plaintext bytes; none for an empty range, or one that leaves the plaintext.
    #[must_use]
    pub fn cover(&self, range: &Range<u64>) -> Option<RangeInclusive<u32>> {
        if range.is_empty() || range.end > self.plaintext_len() {
            return None;
        }
        let frame_of = |at: u64| {
            let before = at.checked_div(self.frame_length()).unwrap_or(0);
            // A byte of a full last frame, like that of every other, is `before` whole frames after the start.
            u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1).min(self.frames())
        };
        Some(frame_of(range.start)..=frame_of(range.end - 1))
    }

    /// 0 for a body in one piece, which has no frame before the last.
    fn frame_length(&self) -> u64 {
        match self.content {
            ContentType::NonFramed => 0,
            ContentType::Framed(length) => length.get().into(),
        }
    }

    /// Neither sum nor product of any later question overflows if those of the last frame do not.
    fn checked(self) -> Result<Self, Error> {
        let frame_length = self.frame_length();
        u64::from(self.regular)
            .checked_mul(REGULAR_PREFIX + frame_length + TAG)
            .and_then(|regular| regular.checked_add(self.header_len))
            .and_then(|start| start.checked_add(FINAL_PREFIX + self.last_len + TAG))
            .and_then(|end| end.checked_add(self.footer_len))
            .map(|_| self)
            .ok_or(Error::MessageTooLong)
    }

    /// `sequence` is a frame's.
    fn place(&self, sequence: u32) -> FramePlace {
        let before = u64::from(sequence.saturating_sub(1));
        let frame_length = self.frame_length();
        let start = self.header_len + before * (REGULAR_PREFIX + frame_length + TAG);
        let content_start = before * frame_length;
        let (kind, prefix, content_len) = match self.content {
            ContentType::NonFramed => (FrameKind::NonFramed, NON_FRAMED_PREFIX, self.last_len),
            ContentType::Framed(_) if sequence > self.regular => {
                (FrameKind::Final, FINAL_PREFIX, self.last_len)
            }
            ContentType::Framed(_) => (FrameKind::Regular, REGULAR_PREFIX, frame_length),
        };
        FramePlace {
            kind,
            sequence,
            bytes: start..start + prefix + content_len + TAG,
            content: content_start..content_start + content_len,
        }
    }
}

/// Bytes of the message that seals `plaintext_len` bytes after a header of `header_len`, without a signature.
///
/// # Errors
/// As [`BodyLayout::of_plaintext`].
pub fn sealed_size(
    header_len: u64,
    content: ContentType,
    plaintext_len: u64,
    ending: Ending,
) -> Result<u64, Error> {
    BodyLayout::of_plaintext(header_len, content, plaintext_len, ending)
        .map(|layout| layout.message_len())
}

/// Bytes of plaintext in a message of `message_len` bytes without a signature: what [`sealed_size`] took, however
/// the message ends.
///
/// # Errors
/// As [`BodyLayout::of_message`].
pub fn plaintext_size(
    header_len: u64,
    content: ContentType,
    message_len: u64,
) -> Result<u64, Error> {
    BodyLayout::of_message(header_len, content, message_len, 0).map(|layout| layout.plaintext_len())
}

/// A message has at most 2^32 - 1 frames, the final one among them.
fn count(regular: u64) -> Result<u32, Error> {
    u32::try_from(regular).ok().filter(|&regular| regular < u32::MAX).ok_or(Error::MessageTooLong)
}

/// Whether a footer with a signature of so many bytes may be at the end of `tail`: its length, and the outermost
/// length of the signature's DER.
fn ends_with_signature(tail: &[u8], signature_len: usize) -> bool {
    let Some((_, footer)) =
        tail.len().checked_sub(signature_len + 2).and_then(|at| tail.split_at_checked(at))
    else {
        return false;
    };
    let Some(([high, low], signature)) = footer.split_first_chunk::<2>() else { return false };
    let [sequence, der_len, ..] = signature else { return false };
    usize::from(u16::from_be_bytes([*high, *low])) == signature_len
        && *sequence == 0x30
        && usize::from(*der_len) + 2 == signature_len
}
