// SPDX-License-Identifier: Apache-2.0
//! Writing of length-prefixed fields.

use alloc::vec::Vec;

use crate::error::Error;
use crate::reason::Reason;

/// Writes a field with a 16-bit length before it.
pub(super) fn field16(out: &mut Vec<u8>, bytes: &[u8], reason: Reason) -> Result<(), Error> {
    let len = u16::try_from(bytes.len()).map_err(|_| Error::InvalidArgument { reason })?;
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}
