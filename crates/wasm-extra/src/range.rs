// SPDX-License-Identifier: Apache-2.0
//! Sizes of messages, and plans for opening single frames: arithmetic over public fields, without a key.

use edgekms_core::{
    Reason,
    error::Error,
    format::header::{ContentType, HeaderLimits},
    header::ParsedHeader,
    layout::{self, BodyLayout, Ending, FramePlace},
    range::RangeOpener,
};
use wasm_bindgen::prelude::*;

use crate::error::to_js;

/// Bytes of the message that seals so much plaintext after a header of `header_length`, without a signature.
/// `streamed`: a plaintext that fills its last frame is followed by an empty one.
///
/// # Errors
/// `InvalidArgument`, `MessageTooLong`.
#[wasm_bindgen(js_name = sealedSize)]
pub fn sealed_size(
    header_length: f64,
    frame_length: f64,
    plaintext_length: f64,
    streamed: bool,
) -> Result<f64, JsValue> {
    let ending = if streamed { Ending::Empty } else { Ending::Full };
    sized(frame_length, |content| {
        layout::sealed_size(whole(header_length)?, content, whole(plaintext_length)?, ending)
    })
}

/// Bytes of plaintext in a message of so many bytes without a signature.
///
/// # Errors
/// `InvalidArgument`; `TruncatedMessage` if no message has this size.
#[wasm_bindgen(js_name = plaintextSize)]
pub fn plaintext_size(
    header_length: f64,
    frame_length: f64,
    message_length: f64,
) -> Result<f64, JsValue> {
    sized(frame_length, |content| {
        layout::plaintext_size(whole(header_length)?, content, whole(message_length)?)
    })
}

/// Bytes of each length that the footer of this signed message may have, by the message's last bytes; none if the
/// message does not end with a footer, or is not signed.
///
/// # Errors
/// As reading the header.
#[wasm_bindgen(js_name = footerLengths)]
pub fn footer_lengths(
    header: &[u8],
    message_length: f64,
    tail: &[u8],
) -> Result<Box<[f64]>, JsValue> {
    let find = || {
        let header = ParsedHeader::read_whole(header, HeaderLimits::default())?;
        let body = header.body();
        let Some(curve) = body.suite.signature else { return Ok(Box::default()) };
        let (header_len, len) = (length(header.bytes())?, whole(message_length)?);
        let found = BodyLayout::of_signed_message(header_len, body.content, len, tail, curve);
        Ok(found.iter().map(|layout| number(len - layout.last().bytes.end)).collect())
    };
    find().map_err(|error: Error| to_js(&error))
}

/// Finds the frames of one message and plans their opening, in any order.
#[wasm_bindgen(js_name = RangeOpener)]
pub struct JsRangeOpener(RangeOpener);

#[wasm_bindgen(js_class = RangeOpener)]
impl JsRangeOpener {
    /// For the message of `message_length` bytes that begins with `header`, which someone has found authentic.
    ///
    /// # Errors
    /// `TruncatedMessage` if no message with this header has this size, and as reading the header.
    #[wasm_bindgen(constructor)]
    pub fn new(header: &[u8], message_length: f64, footer_length: f64) -> Result<Self, JsValue> {
        let make = || {
            let header = ParsedHeader::read_whole(header, HeaderLimits::default())?;
            let layout = BodyLayout::of_message(
                length(header.bytes())?,
                header.body().content,
                whole(message_length)?,
                whole(footer_length)?,
            )?;
            Ok(Self(RangeOpener::new(header.body(), layout)))
        };
        make().map_err(|error: Error| to_js(&error))
    }

    /// Bytes of plaintext, by the message's size.
    #[wasm_bindgen(getter, js_name = plaintextLength)]
    #[must_use]
    pub fn plaintext_length(&self) -> f64 {
        number(self.0.layout().plaintext_len())
    }

    /// The last frame's number; the first is 1.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn frames(&self) -> u32 {
        self.0.layout().frames()
    }

    /// The first and the last frame that hold these plaintext bytes; empty for an empty range or one that leaves the
    /// plaintext.
    ///
    /// # Errors
    /// `InvalidArgument` for what is no whole number.
    pub fn cover(&self, start: f64, end: f64) -> Result<Box<[u32]>, JsValue> {
        let range = whole(start).and_then(|start| Ok(start..whole(end)?));
        let covered = self.0.layout().cover(&range.map_err(|error| to_js(&error))?);
        Ok(covered.map(|frames| [*frames.start(), *frames.end()].into()).unwrap_or_default())
    }

    /// Where a frame is: start and end in the message, start and end of its plaintext; empty if there is none.
    #[must_use]
    pub fn place(&self, frame: u32) -> Box<[f64]> {
        let Some(FramePlace { bytes, content, .. }) = self.0.layout().frame(frame) else {
            return Box::default();
        };
        [bytes.start, bytes.end, content.start, content.end].map(number).into()
    }

    /// How to open a frame that starts with these bytes: the IV (12 bytes), then the AAD.
    ///
    /// # Errors
    /// `FrameOutOfOrder`, `MalformedFrame`, `TruncatedMessage`, `TrailingBytes`: it is not the frame that belongs
    /// at this place.
    pub fn plan(&self, frame: u32, start: &[u8]) -> Result<Vec<u8>, JsValue> {
        let plan = self.0.plan(frame, start).map_err(|error| to_js(&error))?;
        Ok([plan.iv.as_slice(), &plan.aad].concat())
    }
}

fn sized(
    frame_length: f64,
    size: impl FnOnce(ContentType) -> Result<u64, Error>,
) -> Result<f64, JsValue> {
    let find = || {
        let content = match whole(frame_length)? {
            0 => ContentType::NonFramed,
            // What has more than 32 bits is refused as 0 is.
            length => ContentType::framed(u32::try_from(length).unwrap_or(0))?,
        };
        size(content)
    };
    find().map(number).map_err(|error: Error| to_js(&error))
}

/// JavaScript's whole numbers are exact up to 2^53 - 1.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is whole, not negative and below 2^53"
)]
fn whole(number: f64) -> Result<u64, Error> {
    if number.fract() == 0.0 && (0.0..=MAX_SAFE).contains(&number) {
        Ok(number as u64)
    } else {
        Err(Error::InvalidArgument { reason: Reason::NoWholeLength })
    }
}

#[allow(clippy::cast_precision_loss, reason = "sizes that came in are below 2^53")]
fn number(length: u64) -> f64 {
    length as f64
}

fn length(bytes: &[u8]) -> Result<u64, Error> {
    u64::try_from(bytes.len()).map_err(|_| Error::MessageTooLong)
}
