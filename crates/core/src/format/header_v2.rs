// SPDX-License-Identifier: Apache-2.0
//! Header version 2.0 (specification: data-format/message-header.md, Header Body Version 2.0).
//!
//! ```text
//! body = 02 || suite (u16) || message id (32) || AAD || encrypted data keys
//!        || content type (u8) || frame length (u32) || commit key (32)
//! authentication = tag (16), made with an IV of zeros
//! ```

use alloc::vec::Vec;

use super::{
    encrypted_data_key, header_context,
    header_fields::{Authentication, ContentType, HeaderBody, HeaderLimits, read_suite},
    reader::{Reader, Stop},
};
use crate::{
    error::Error,
    reason::Reason,
    suite::{COMMIT_KEY_LEN, FormatVersion, IV_LEN, TAG_LEN},
};

/// Bytes from the content type to the end of the authentication.
const AFTER_KEYS: usize = 1 + 4 + COMMIT_KEY_LEN + TAG_LEN;

/// Reads what follows the version byte, up to the end of the body.
pub(super) fn read(reader: &mut Reader<'_>, limits: HeaderLimits) -> Result<HeaderBody, Stop> {
    let suite = read_suite(reader, FormatVersion::V2)?;
    let message_id = reader.array::<32>()?.to_vec();
    let context = header_context::read(reader)?;
    let keys = encrypted_data_key::read(reader, limits.max_encrypted_data_keys, AFTER_KEYS)?;
    let content = ContentType::read(reader.u8()?, reader.u32()?)?;
    let commit_key = Some(reader.array()?);
    Ok(HeaderBody { suite, message_id, context, encrypted_data_keys: keys, content, commit_key })
}

/// Reads the authentication.
pub(super) fn read_authentication(reader: &mut Reader<'_>) -> Result<Authentication, Stop> {
    Ok(Authentication { iv: [0; IV_LEN], tag: reader.array()? })
}

/// Writes the body.
pub(super) fn write(body: &HeaderBody, out: &mut Vec<u8>) -> Result<(), Error> {
    let Some(commit_key) = &body.commit_key else {
        return Err(Error::InvalidArgument { reason: Reason::CommitKeyMissing });
    };
    out.push(FormatVersion::V2.byte());
    out.extend_from_slice(&body.suite.id.to_be_bytes());
    out.extend_from_slice(&body.message_id);
    header_context::write(&body.context, out)?;
    encrypted_data_key::write(&body.encrypted_data_keys, out)?;
    let (content_type, frame_length) = body.content.to_wire();
    out.push(content_type);
    out.extend_from_slice(&frame_length.to_be_bytes());
    out.extend_from_slice(commit_key);
    Ok(())
}

/// Writes the authentication.
pub(super) fn write_authentication(authentication: &Authentication, out: &mut Vec<u8>) {
    out.extend_from_slice(&authentication.tag);
}
