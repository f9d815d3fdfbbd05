// SPDX-License-Identifier: Apache-2.0
//! The layout in DER.
//!
//! ```text
//! SEQUENCE {
//!   SEQUENCE { INTEGER version, INTEGER algorithm,
//!     SET OF SEQUENCE { OCTET STRING keyArn, OCTET STRING encryptedDataKey },
//!     SET OF SEQUENCE { OCTET STRING key, OCTET STRING value },
//!     OCTET STRING headerIv, OCTET STRING headerAuthTag },
//!   SEQUENCE { OCTET STRING iv, OCTET STRING cipherText, OCTET STRING authTag } }
//! ```
//! The order of the sets is DER's, and is checked; nothing else authenticates it.

use der::{
    Decode, Encode, ErrorKind, Header as ElementHeader, Length, Reader, SliceReader, Tag,
    asn1::AnyRef,
};

use crate::{
    context::EncryptionContext,
    error::{Error, malformed},
    header::{Fields, Header, Limits, VERSION, arn, exactly},
    key::EncryptedDataKey,
    parts::{Body, Parts},
};

const OTHER: Error = malformed("it is not the DER structure that the SDK writes");

/// Reads a message.
pub(crate) fn read(bytes: &[u8], limits: Limits) -> Result<Parts<'_>, Error> {
    let mut message = Elements::of(whole(bytes)?)?;
    let header = read_header(message.next(Tag::Sequence)?, limits)?;
    let mut body = Elements::of(message.next(Tag::Sequence)?)?;
    message.end()?;
    let read = Body {
        iv: body.next(Tag::OctetString)?,
        ciphertext: body.next(Tag::OctetString)?,
        tag: body.next(Tag::OctetString)?,
    };
    body.end()?;
    Ok(Parts { header, body: read })
}

/// The content of the one SEQUENCE that is there. Of it alone a missing end means that the message was cut.
fn whole(bytes: &[u8]) -> Result<&[u8], Error> {
    let element = AnyRef::from_der(bytes).map_err(|error| match error.kind() {
        ErrorKind::Incomplete { .. } => Error::TruncatedMessage,
        ErrorKind::TrailingData { .. } => Error::TrailingBytes,
        _ => OTHER,
    })?;
    if element.header().tag() == Tag::Sequence { Ok(element.value()) } else { Err(OTHER) }
}

fn read_header(content: &[u8], limits: Limits) -> Result<Header, Error> {
    let mut header = Elements::of(content)?;
    if header.number()? != VERSION {
        return Err(malformed("its version is not 1"));
    }
    let algorithm = header.number()?;
    let mut data_keys = Vec::new();
    let limit = limits.max_encrypted_data_keys;
    read_set(header.next(Tag::Set)?, |name, value| {
        if data_keys.len() == limit {
            return Err(Error::TooManyEncryptedDataKeys { limit });
        }
        data_keys.push(EncryptedDataKey { key_arn: arn(name)?, ciphertext_blob: value.to_vec() });
        Ok(())
    })?;
    let mut pairs = Vec::new();
    read_set(header.next(Tag::Set)?, |name, value| {
        pairs.push((name, value));
        Ok(())
    })?;
    let fields = Fields::read(algorithm, data_keys, EncryptionContext::read(pairs)?)?;
    let iv = header.next(Tag::OctetString)?;
    let tag = header.next(Tag::OctetString)?;
    header.end()?;
    Ok(Header {
        fields,
        iv: exactly(iv, "its initialisation vector has not 12 bytes")?,
        tag: exactly(tag, "its tag has not 16 bytes")?,
    })
}

/// Reads a set of pairs, which is in the order of its elements' bytes (X.690, section 11.6).
fn read_set<'a>(
    content: &'a [u8],
    mut pair: impl FnMut(&'a [u8], &'a [u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut set = Elements::of(content)?;
    let mut last: &[u8] = &[];
    while !set.0.is_finished() {
        let element = set.0.tlv_bytes().map_err(|_| OTHER)?;
        if element < last {
            return Err(malformed("data keys or pairs of the context are not in DER's order"));
        }
        last = element;
        let mut parts = Elements::of(whole(element).map_err(|_| OTHER)?)?;
        let (name, value) = (parts.next(Tag::OctetString)?, parts.next(Tag::OctetString)?);
        parts.end()?;
        pair(name, value)?;
    }
    Ok(())
}

/// The elements inside another one.
struct Elements<'a>(SliceReader<'a>);

impl<'a> Elements<'a> {
    fn of(content: &'a [u8]) -> Result<Self, Error> {
        Ok(Self(SliceReader::new(content).map_err(|_| OTHER)?))
    }

    /// The content of the next element, which must have this tag.
    fn next(&mut self, tag: Tag) -> Result<&'a [u8], Error> {
        let element = AnyRef::decode(&mut self.0).map_err(|_| OTHER)?;
        if element.header().tag() == tag { Ok(element.value()) } else { Err(OTHER) }
    }

    fn number(&mut self) -> Result<u32, Error> {
        u32::decode(&mut self.0).map_err(|_| OTHER)
    }

    fn end(self) -> Result<(), Error> {
        self.0.finish().map_err(|_| OTHER)
    }
}

/// Writes a message.
pub(crate) fn write(parts: &Parts<'_>) -> Result<Vec<u8>, Error> {
    let header = header(&parts.header)?;
    let Body { iv, ciphertext, tag } = parts.body;
    let iv = element(Tag::OctetString, &[iv])?;
    let tag = element(Tag::OctetString, &[tag])?;
    let start = start(Tag::OctetString, ciphertext.len())?;
    // The content is copied once, whatever it lies in.
    let body = [iv.as_slice(), &start, ciphertext, &tag];
    let length = body.iter().map(|part| part.len()).sum();
    let body_start = self::start(Tag::Sequence, length)?;
    let [iv, start, ciphertext, tag] = body;
    element(Tag::Sequence, &[&header, &body_start, iv, start, ciphertext, tag])
}

fn header(header: &Header) -> Result<Vec<u8>, Error> {
    let fields = &header.fields;
    let number = |number: u32| number.to_der().map_err(unwritable);
    let keys = fields.encrypted_data_keys().iter();
    let keys = keys.map(|key| (key.key_arn.as_bytes(), key.ciphertext_blob.as_slice()));
    let pairs = fields.context().pairs();
    let parts = [
        number(VERSION)?,
        number(fields.algorithm().id)?,
        set(keys)?,
        set(pairs.map(|(key, value)| (key.as_bytes(), value.as_bytes())))?,
        element(Tag::OctetString, &[&header.iv])?,
        element(Tag::OctetString, &[&header.tag])?,
    ];
    element(Tag::Sequence, &parts.each_ref().map(Vec::as_slice))
}

fn set<'a>(pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Result<Vec<u8>, Error> {
    let pair = |(name, value)| {
        let (name, value) =
            (element(Tag::OctetString, &[name])?, element(Tag::OctetString, &[value])?);
        element(Tag::Sequence, &[&name, &value])
    };
    let mut pairs = pairs.map(pair).collect::<Result<Vec<_>, Error>>()?;
    pairs.sort_unstable();
    let pairs: Vec<_> = pairs.iter().map(Vec::as_slice).collect();
    element(Tag::Set, &pairs)
}

/// An element whose content are these parts.
fn element(tag: Tag, parts: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut element = start(tag, length)?;
    element.reserve_exact(length);
    for part in parts {
        element.extend_from_slice(part);
    }
    Ok(element)
}

/// Tag and length of an element with a content of `length` bytes.
fn start(tag: Tag, length: usize) -> Result<Vec<u8>, Error> {
    let length = Length::try_from(length).map_err(unwritable)?;
    ElementHeader::new(tag, length).to_der().map_err(unwritable)
}

/// DER of what fits in memory can fail for its length alone.
fn unwritable(_: der::Error) -> Error {
    Error::MessageTooLong
}
