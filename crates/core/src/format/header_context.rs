// SPDX-License-Identifier: Apache-2.0
//! The header's encryption context (specification: data-format/message-header.md, AAD).
//!
//! ```text
//! AAD = length (u16) || serialized context
//! ```

use super::{
    reader::{Reader, Stop, malformed_header},
    writer::field16,
};
use crate::{context::StoredContext, error::Error};

/// Reads the length and the pairs, in their stored order.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<StoredContext, Stop> {
    let bytes = reader.field16()?;
    if bytes.is_empty() {
        return Ok(StoredContext::default());
    }
    pairs(bytes).map_err(|stop| match stop {
        Stop::More(_) => malformed_header("its encryption context is longer than its length says"),
        refused @ Stop::Refused(_) => refused,
    })
}

/// Writes the length and the pairs.
pub(super) fn write(context: &StoredContext, out: &mut Vec<u8>) -> Result<(), Error> {
    field16(out, &context.to_bytes(), "the encryption context is longer than 65,535 bytes")
}

fn pairs(bytes: &[u8]) -> Result<StoredContext, Stop> {
    let mut reader = Reader::new(bytes);
    let count = reader.u16()?;
    if count == 0 {
        return Err(malformed_header("its encryption context counts no pairs"));
    }
    reader.require(usize::from(count) * 4)?;
    let mut pairs = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        pairs.push((text(&mut reader)?, text(&mut reader)?));
    }
    if reader.at() != bytes.len() {
        return Err(malformed_header("its encryption context is shorter than its length says"));
    }
    StoredContext::from_pairs(pairs)
        .ok_or_else(|| malformed_header("a key comes twice in its encryption context"))
}

fn text(reader: &mut Reader<'_>) -> Result<String, Stop> {
    let bytes = reader.field16()?;
    let text = std::str::from_utf8(bytes)
        .map_err(|_| malformed_header("its encryption context is not UTF-8"))?;
    Ok(text.to_owned())
}
