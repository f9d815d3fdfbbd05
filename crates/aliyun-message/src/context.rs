// SPDX-License-Identifier: Apache-2.0
//! The encryption context: pairs that are authenticated with a message but not secret.
//!
//! ```text
//! serialized = count (u32) || { key length (u32) || key || value length (u32) || value }*
//! ```
//! with the pairs in ascending order of the keys' UTF-8 bytes; an empty context serializes to nothing. Header
//! and body authenticate this form, whatever the layout of the message.

use std::fmt;

use crate::{
    error::{Error, malformed},
    layout::{Lengths, push_counted},
};

/// Most bytes of a serialized context that is written: the Java SDK holds it in a buffer of this size, so it
/// could not open a message with more.
pub const MAX_WRITTEN_LEN: usize = i16::MAX as usize;

/// An encryption context. Keys are unique and kept in the order of their UTF-8 bytes.
// Not a map: web pages download it, and nothing is ever looked up.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EncryptionContext(Vec<(String, String)>);

impl EncryptionContext {
    /// A context of pairs that came from a caller, for a message to be written.
    ///
    /// # Errors
    /// [`Error::InvalidContext`] if a key comes twice or is empty, or the serialized context would have more
    /// than [`MAX_WRITTEN_LEN`] bytes.
    pub fn from_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error>
    where
        K: Into<String>,
        V: Into<String>,
    {
        let pairs = pairs.into_iter().map(|(key, value)| (key.into(), value.into()));
        let Some(context) = Self::sorted(pairs.collect()) else {
            return Err(Error::InvalidContext {
                reason: "a key comes twice in the encryption context",
            });
        };
        if context.0.iter().any(|(key, _)| key.is_empty()) {
            return Err(Error::InvalidContext {
                reason: "keys of the encryption context must not be empty",
            });
        }
        if context.to_bytes()?.len() > MAX_WRITTEN_LEN {
            return Err(Error::InvalidContext {
                reason: "the encryption context is too long: with 4 bytes for each length, keys and \
                         values may have 32,767 bytes",
            });
        }
        Ok(context)
    }

    /// A context of pairs that a message says.
    pub(crate) fn read<'a>(
        pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    ) -> Result<Self, Error> {
        let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(malformed("the encryption context is not UTF-8")),
        };
        let pairs = pairs.into_iter().map(|(key, value)| Ok((text(key)?, text(value)?)));
        Self::sorted(pairs.collect::<Result<_, Error>>()?)
            .ok_or(malformed("a key comes twice in the encryption context"))
    }

    /// `None` if a key comes twice.
    fn sorted(mut pairs: Vec<(String, String)>) -> Option<Self> {
        pairs.sort_unstable();
        let unique = pairs.is_sorted_by(|(one, _), (other, _)| one < other);
        unique.then_some(Self(pairs))
    }

    /// Reads the serialized form, which must be the one that [`EncryptionContext::to_bytes`] writes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let mut rest = Lengths(bytes);
        let count = rest.number()?;
        let mut pairs = Vec::new();
        for _ in 0..count {
            pairs.push((rest.counted()?, rest.counted()?));
        }
        let context = Self::read(pairs)?;
        if context.to_bytes()? != bytes {
            return Err(malformed("the encryption context is not in order"));
        }
        Ok(context)
    }

    /// The pairs, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// How many pairs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no pairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The serialized form; nothing for an empty context.
    ///
    /// # Errors
    /// [`Error::MessageTooLong`] if a length does not fit in 32 bits.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        if self.is_empty() {
            return Ok(bytes);
        }
        crate::layout::push_len(&mut bytes, self.len())?;
        for (key, value) in self.pairs() {
            push_counted(&mut bytes, key.as_bytes())?;
            push_counted(&mut bytes, value.as_bytes())?;
        }
        Ok(bytes)
    }
}

/// Not secret, but not for logs either.
impl fmt::Debug for EncryptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionContext({} pairs)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_serialized_form_is_in_the_order_of_the_bytes() {
        let context = EncryptionContext::from_pairs([("b", "2"), ("aa", ""), ("a", "1")]).unwrap();
        let expected =
            b"\0\0\0\x03\0\0\0\x01a\0\0\0\x011\0\0\0\x02aa\0\0\0\0\0\0\0\x01b\0\0\0\x012";
        assert_eq!(context.to_bytes().unwrap(), expected);
        assert_eq!(EncryptionContext::from_bytes(expected).unwrap(), context);
    }

    #[test]
    fn only_the_canonical_form_is_read() {
        for (bytes, why) in [
            (&b"\0\0\0\0"[..], "an empty context is no bytes"),
            (b"\0\0\0", "no whole count"),
            (b"\xff\xff\xff\xff", "a count of what is not there"),
            (b"\0\0\0\x01\0\0\0\x01a\xff\xff\xff\xff1", "a length past the end"),
            (b"\0\0\0\x01\0\0\0\x01a\0\0\0\x011!", "bytes after the last pair"),
            (b"\0\0\0\x01\0\0\0\x01\xff\0\0\0\x011", "no UTF-8"),
            (b"\0\0\0\x02\0\0\0\x01b\0\0\0\0\0\0\0\x01a\0\0\0\0", "not in order"),
            (b"\0\0\0\x02\0\0\0\x01a\0\0\0\0\0\0\0\x01a\0\0\0\0", "twice"),
        ] {
            assert!(EncryptionContext::from_bytes(bytes).is_err(), "{why}");
        }
    }

    #[test]
    fn what_the_java_sdk_could_not_open_is_not_written() {
        let fits = "v".repeat(MAX_WRITTEN_LEN - 13);
        assert!(EncryptionContext::from_pairs([("k", &fits)]).is_ok());
        let refused = EncryptionContext::from_pairs([("kk", &fits)]).unwrap_err();
        assert_eq!(refused.code(), "InvalidContext");
        assert_eq!(
            EncryptionContext::from_pairs([("", "v")]).unwrap_err().code(),
            "InvalidContext"
        );
        let twice = EncryptionContext::from_pairs([("k", "v"), ("k", "v")]).unwrap_err();
        assert_eq!(twice.code(), "InvalidContext");
    }

    #[test]
    fn contexts_do_not_print_their_pairs() {
        let context = EncryptionContext::from_pairs([("a", "1")]).unwrap();
        assert_eq!(format!("{context:?}"), "EncryptionContext(1 pairs)");
    }
}
