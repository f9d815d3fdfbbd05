// SPDX-License-Identifier: Apache-2.0
//! The flat layout, for streams.
//!
//! ```text
//! version (u32) || algorithm (u32)
//! || length (u32) || serialized encryption context
//! || count of data keys (u32) || { length (u32) || ARN || length (u32) || base64 of the wrapped data key }*
//! || length (u32) || header IV || length (u32) || header tag
//! || length (u32, least significant byte first) || IV || content || tag of GCM
//! ```
//! The data keys are in the order of their ARNs. A message ends where the stream does.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    algorithm::Algorithm,
    context::EncryptionContext,
    error::{Error, malformed},
    header::{Fields, Header, Limits, VERSION, arn, exactly},
    key::EncryptedDataKey,
    layout::{Lengths, push_counted, push_len},
    parts::{Body, Parts},
};

/// Reads a message.
pub(crate) fn read(bytes: &[u8], limits: Limits) -> Result<Parts<'_>, Error> {
    let mut rest = Lengths(bytes);
    if rest.number()? != VERSION {
        return Err(malformed("its version is not 1"));
    }
    let algorithm = rest.number()?;
    let context = EncryptionContext::from_bytes(rest.counted()?)?;
    let data_keys = read_data_keys(&mut rest, limits)?;
    let fields = Fields::read(algorithm, data_keys, context)?;
    let iv = exactly(rest.counted()?, "its initialisation vector has not 12 bytes")?;
    let tag = exactly(rest.counted()?, "its tag has not 16 bytes")?;
    let body = read_body(rest, fields.algorithm())?;
    Ok(Parts { header: Header { fields, iv, tag }, body })
}

fn read_data_keys(rest: &mut Lengths<'_>, limits: Limits) -> Result<Vec<EncryptedDataKey>, Error> {
    let limit = limits.max_encrypted_data_keys;
    let count = rest.number()?;
    if usize::try_from(count).map_or(true, |count| count > limit) {
        return Err(Error::TooManyEncryptedDataKeys { limit });
    }
    let mut keys: Vec<EncryptedDataKey> = Vec::new();
    for _ in 0..count {
        let key_arn = arn(rest.counted()?)?;
        // Not only what decodes: the tag is made over what is encoded anew.
        let ciphertext_blob = STANDARD
            .decode(rest.counted()?)
            .map_err(|_| malformed("an encrypted data key is not base64"))?;
        if keys.last().is_some_and(|last| last.key_arn >= key_arn) {
            return Err(malformed("encrypted data keys are not in the order of their ARNs"));
        }
        keys.push(EncryptedDataKey { key_arn, ciphertext_blob });
    }
    Ok(keys)
}

fn read_body<'a>(mut rest: Lengths<'a>, algorithm: Algorithm) -> Result<Body<'a>, Error> {
    // The Java SDK writes this one length the other way round.
    let len = rest.number()?.swap_bytes();
    let iv = rest.take(usize::try_from(len).map_err(|_| Error::TruncatedMessage)?)?;
    let content = rest.0;
    let len = content.len().checked_sub(algorithm.tag_len()).ok_or(Error::TruncatedMessage)?;
    let (ciphertext, tag) = content.split_at_checked(len).ok_or(Error::TruncatedMessage)?;
    Ok(Body { iv, ciphertext, tag })
}

/// Writes a message.
pub(crate) fn write(parts: &Parts<'_>) -> Result<Vec<u8>, Error> {
    let Parts { header, body } = parts;
    let fields = &header.fields;
    let mut out = VERSION.to_be_bytes().to_vec();
    out.extend_from_slice(&fields.algorithm().id.to_be_bytes());
    push_counted(&mut out, &fields.context().to_bytes()?)?;
    push_len(&mut out, fields.encrypted_data_keys().len())?;
    for key in fields.encrypted_data_keys() {
        push_counted(&mut out, key.key_arn.as_bytes())?;
        push_counted(&mut out, STANDARD.encode(&key.ciphertext_blob).as_bytes())?;
    }
    push_counted(&mut out, &header.iv)?;
    push_counted(&mut out, &header.tag)?;
    let len = u32::try_from(body.iv.len()).map_err(|_| Error::MessageTooLong)?;
    out.extend_from_slice(&len.to_le_bytes());
    out.reserve_exact(body.iv.len() + body.ciphertext.len() + body.tag.len());
    for part in [body.iv, body.ciphertext, body.tag] {
        out.extend_from_slice(part);
    }
    Ok(out)
}
