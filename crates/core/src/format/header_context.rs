// SPDX-License-Identifier: Apache-2.0
//! The header's encryption context (specification: data-format/message-header.md, AAD).
//!
//! ```text
//! AAD = length (u16) || serialized context
//! ```

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use super::{
    reader::{Reader, Stop, malformed_header},
    writer::field16,
};
use crate::{context::StoredContext, error::Error, reason::Reason};

/// Reads the length and the pairs, in their stored order.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<StoredContext, Stop> {
    let bytes = reader.field16()?;
    if bytes.is_empty() {
        return Ok(StoredContext::default());
    }
    pairs(bytes).map_err(|stop| match stop {
        Stop::More(_) => malformed_header(Reason::ContextLongerThanItsLength),
        refused @ Stop::Refused(_) => refused,
    })
}

/// Writes the length and the pairs.
pub(super) fn write(context: &StoredContext, out: &mut Vec<u8>) -> Result<(), Error> {
    field16(out, &context.to_bytes(), Reason::ContextFieldLength)
}

fn pairs(bytes: &[u8]) -> Result<StoredContext, Stop> {
    let mut reader = Reader::new(bytes);
    let count = reader.u16()?;
    if count == 0 {
        return Err(malformed_header(Reason::ContextCountsNoPairs));
    }
    reader.require(usize::from(count) * 4)?;
    let mut pairs = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        pairs.push((text(&mut reader)?, text(&mut reader)?));
    }
    if reader.at() != bytes.len() {
        return Err(malformed_header(Reason::ContextShorterThanItsLength));
    }
    StoredContext::from_pairs(pairs).ok_or_else(|| malformed_header(Reason::ContextKeyTwice))
}

fn text(reader: &mut Reader<'_>) -> Result<String, Stop> {
    let bytes = reader.field16()?;
    let text = core::str::from_utf8(bytes).map_err(|_| malformed_header(Reason::ContextNotUtf8))?;
    Ok(text.to_owned())
}
