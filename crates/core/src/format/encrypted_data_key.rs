// SPDX-License-Identifier: Apache-2.0
//! Encrypted data keys (specification: data-format/message-header.md, Encrypted Data Keys).
//!
//! ```text
//! keys = count (u16, not 0) || { provider id (u16 + UTF-8) || provider info (u16 + bytes)
//!                                || ciphertext (u16 + bytes) }*
//! ```

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use super::{
    reader::{Reader, Stop, malformed_header},
    writer::field16,
};
use crate::error::Error;
use crate::reason::Reason;

/// Bytes of the shortest entry: three empty fields.
const MIN_ENTRY_LEN: usize = 6;

/// A data key wrapped by one keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncryptedDataKey {
    /// Which kind of keyring wrapped it: a key namespace, or a key provider.
    pub provider_id: String,
    /// Which key of the provider wrapped it: a key name and what else the provider needs.
    pub provider_info: Vec<u8>,
    /// The wrapped data key.
    pub ciphertext: Vec<u8>,
}

impl EncryptedDataKey {
    /// An entry; its lengths are checked when it is written.
    #[must_use]
    pub fn new(provider_id: String, provider_info: Vec<u8>, ciphertext: Vec<u8>) -> Self {
        Self { provider_id, provider_info, ciphertext }
    }

    /// Writes the entry.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if a field has more than 65,535 bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        let Self { provider_id, provider_info, ciphertext } = self;
        field16(out, provider_id.as_bytes(), Reason::ProviderIdLength)?;
        field16(out, provider_info, Reason::ProviderInfoLength)?;
        field16(out, ciphertext, Reason::EncryptedDataKeyLength)
    }
}

/// Reads all entries; refuses more than `limit` before looking at any.
///
/// `after` is how many bytes must at least follow the entries. Entries are copied out only when
/// all of them are there, so a count that the bytes cannot hold costs nothing.
pub(super) fn read(
    reader: &mut Reader<'_>,
    limit: Option<u16>,
    after: usize,
) -> Result<Vec<EncryptedDataKey>, Stop> {
    let count = reader.u16()?;
    if count == 0 {
        return Err(malformed_header(Reason::NoDataKeyInHeader));
    }
    if let Some(limit) = limit
        && count > limit
    {
        return Err(Error::TooManyEncryptedDataKeys { limit, got: usize::from(count) }.into());
    }
    let start = reader.clone();
    for left in (1..=usize::from(count)).rev() {
        reader.require(left * MIN_ENTRY_LEN + after)?;
        if core::str::from_utf8(reader.field16()?).is_err() {
            return Err(malformed_header(Reason::ProviderIdNotUtf8));
        }
        reader.field16()?;
        reader.field16()?;
    }
    reader.require(after)?;
    copy(start, count)
}

fn copy(mut reader: Reader<'_>, count: u16) -> Result<Vec<EncryptedDataKey>, Stop> {
    let mut keys = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        keys.push(EncryptedDataKey {
            provider_id: text(reader.field16()?),
            provider_info: reader.field16()?.to_vec(),
            ciphertext: reader.field16()?.to_vec(),
        });
    }
    Ok(keys)
}

/// A text of which it is known that it is one. `from_utf8_lossy` would be half a kilobyte more.
fn text(bytes: &[u8]) -> String {
    core::str::from_utf8(bytes).map(ToOwned::to_owned).unwrap_or_default()
}

/// Writes all entries.
pub(super) fn write(keys: &[EncryptedDataKey], out: &mut Vec<u8>) -> Result<(), Error> {
    let count = match u16::try_from(keys.len()) {
        Ok(count) if count > 0 => count,
        Ok(_) => return Err(Error::InvalidArgument { reason: Reason::NoEncryptedDataKey }),
        Err(_) => {
            return Err(Error::TooManyEncryptedDataKeys { limit: u16::MAX, got: keys.len() });
        }
    };
    out.extend_from_slice(&count.to_be_bytes());
    keys.iter().try_for_each(|key| key.write(out))
}
