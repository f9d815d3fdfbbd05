// SPDX-License-Identifier: Apache-2.0
//! Header version 1.0 (specification: data-format/message-header.md, Header Body Version 1.0).
//!
//! ```text
//! body = 01 || 80 || suite (u16) || message id (16) || AAD || encrypted data keys
//!        || content type (u8) || 00000000 || IV length (u8 = 12) || frame length (u32)
//! authentication = IV (12) || tag (16)
//! ```

use alloc::vec::Vec;

use super::{
    encrypted_data_key, header_context,
    header_fields::{Authentication, ContentType, HeaderBody, HeaderLimits, read_suite},
    reader::{Reader, Stop, malformed_header},
};
use crate::{
    error::Error,
    reason::Reason,
    suite::{FormatVersion, IV_LEN, TAG_LEN},
};

const TYPE: u8 = 0x80;
const RESERVED: [u8; 4] = [0; 4];
/// Bytes from the content type to the end of the authentication.
const AFTER_KEYS: usize = 1 + RESERVED.len() + 1 + 4 + IV_LEN + TAG_LEN;

/// Reads what follows the version byte, up to the end of the body.
pub(super) fn read(reader: &mut Reader<'_>, limits: HeaderLimits) -> Result<HeaderBody, Stop> {
    if reader.u8()? != TYPE {
        return Err(malformed_header(Reason::HeaderType));
    }
    let suite = read_suite(reader, FormatVersion::V1)?;
    let message_id = reader.array::<16>()?.to_vec();
    let context = header_context::read(reader)?;
    let keys = encrypted_data_key::read(reader, limits.max_encrypted_data_keys, AFTER_KEYS)?;
    let content_type = reader.u8()?;
    if reader.array()? != RESERVED {
        return Err(malformed_header(Reason::ReservedBytes));
    }
    if usize::from(reader.u8()?) != IV_LEN {
        return Err(malformed_header(Reason::IvLength));
    }
    let content = ContentType::read(content_type, reader.u32()?)?;
    Ok(HeaderBody {
        suite,
        message_id,
        context,
        encrypted_data_keys: keys,
        content,
        commit_key: None,
    })
}

/// Reads the authentication.
pub(super) fn read_authentication(reader: &mut Reader<'_>) -> Result<Authentication, Stop> {
    Ok(Authentication { iv: reader.array()?, tag: reader.array()? })
}

/// Writes the body.
pub(super) fn write(body: &HeaderBody, out: &mut Vec<u8>) -> Result<(), Error> {
    out.extend_from_slice(&[FormatVersion::V1.byte(), TYPE]);
    out.extend_from_slice(&body.suite.id.to_be_bytes());
    out.extend_from_slice(&body.message_id);
    header_context::write(&body.context, out)?;
    encrypted_data_key::write(&body.encrypted_data_keys, out)?;
    let (content_type, frame_length) = body.content.to_wire();
    out.push(content_type);
    out.extend_from_slice(&RESERVED);
    out.push(12);
    out.extend_from_slice(&frame_length.to_be_bytes());
    Ok(())
}

/// Writes the authentication.
pub(super) fn write_authentication(authentication: &Authentication, out: &mut Vec<u8>) {
    out.extend_from_slice(&authentication.iv);
    out.extend_from_slice(&authentication.tag);
}
