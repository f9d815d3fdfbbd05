// SPDX-License-Identifier: Apache-2.0
//! The encryption context: key-value pairs that are authenticated with a message but not secret
//! (specification: framework/structures.md, Encryption Context).
//!
//! ```text
//! serialized = count (u16) || { key length (u16) || key || value length (u16) || value }*
//! ```
//! with the pairs in ascending order of the keys' UTF-8 bytes; an empty context serializes to
//! nothing. Everything that authenticates a context uses this one serialization.

use alloc::{borrow::ToOwned, collections::BinaryHeap, string::String, vec::Vec};
use core::fmt;

use crate::{error::Error, reason::Reason};

/// Keys with this prefix belong to the format.
pub const RESERVED_PREFIX: &str = "aws-crypto-";
/// The pair that carries a signing suite's verification key, a compressed point in base64.
pub const PUBLIC_KEY: &str = "aws-crypto-public-key";
/// Most bytes of a serialized context: its length field has 16 bits.
pub const MAX_SERIALIZED_LEN: usize = u16::MAX as usize;

/// An encryption context. Keys are unique and kept in the order of their UTF-8 bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EncryptionContext(Vec<(String, String)>);

impl EncryptionContext {
    /// A context of pairs that came from a caller.
    ///
    /// # Errors
    /// [`Error::InvalidContext`] if a key comes twice, is empty or reserved, or the serialized
    /// context would have more than 65,535 bytes.
    pub fn from_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error>
    where
        K: Into<String>,
        V: Into<String>,
    {
        let context = Self::from_any_pairs(pairs)?;
        if context.0.iter().any(|(key, _)| key.starts_with(RESERVED_PREFIX)) {
            return Err(Error::InvalidContext { reason: Reason::ReservedContextKey });
        }
        Ok(context)
    }

    /// The same, with reserved keys allowed: for pairs that repeat what a message says.
    ///
    /// # Errors
    /// [`Error::InvalidContext`] as [`EncryptionContext::from_pairs`], but not for reserved keys.
    pub fn from_any_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error>
    where
        K: Into<String>,
        V: Into<String>,
    {
        let pairs: Vec<_> =
            pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        let context = Self::sorted(pairs)
            .ok_or(Error::InvalidContext { reason: Reason::RepeatedContextKey })?;
        if context.0.first().is_some_and(|(key, _)| key.is_empty()) {
            return Err(Error::InvalidContext { reason: Reason::EmptyContextKey });
        }
        context.check_len()?;
        Ok(context)
    }

    /// Sorts pairs; `None` if a key comes twice.
    fn sorted(pairs: Vec<(String, String)>) -> Option<Self> {
        let ordered = pairs.is_sorted_by(|(a, _), (b, _)| a < b);
        // By a heap: the code of `sort` is 2% of what a web page downloads.
        let pairs = if ordered { pairs } else { BinaryHeap::from(pairs).into_sorted_vec() };
        let unique = pairs.is_sorted_by(|(a, _), (b, _)| a < b);
        unique.then_some(Self(pairs))
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(at, _)| at.as_str().cmp(key))
    }

    /// The value of `key`.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        self.0.get(self.place(key).ok()?).map(|(_, value)| value.as_str())
    }

    /// The pairs, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there are no pairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical bytes; none for an empty context.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serialize(self.pairs())
    }

    /// Adds a pair of the format's own, or gives it another value.
    pub(crate) fn insert_reserved(&mut self, key: &str, value: String) -> Result<(), Error> {
        self.insert(key, value);
        self.check_len()
    }

    fn insert(&mut self, key: &str, value: String) {
        match self.place(key) {
            Ok(at) => {
                if let Some(pair) = self.0.get_mut(at) {
                    pair.1 = value;
                }
            }
            Err(at) => self.0.insert(at, (key.to_owned(), value)),
        }
    }

    /// Splits into (stored, only authenticated): the second has the pairs of `keys`.
    pub(crate) fn split(&self, keys: &[String]) -> Result<(Self, Self), Error> {
        if keys.iter().any(|key| self.place(key).is_err()) {
            return Err(Error::MissingRequiredContext);
        }
        let (required, stored) = self.0.iter().cloned().partition(|(key, _)| keys.contains(key));
        Ok((Self(stored), Self(required)))
    }

    /// The union of the stored context with what the caller reproduced, and the pairs that only the
    /// caller had (specification: framework/default-cmm.md, Decrypt Materials).
    pub(crate) fn merge(&self, reproduced: &Self) -> Result<(Self, Self), Error> {
        let mut full = self.0.clone();
        let mut required = Self::default();
        for (key, value) in reproduced.pairs() {
            match self.value(key) {
                Some(stored) if stored == value => {}
                None if !key.starts_with(RESERVED_PREFIX) => {
                    full.push((key.to_owned(), value.to_owned()));
                    required.0.push((key.to_owned(), value.to_owned()));
                }
                _ => return Err(Error::ContextMismatch),
            }
        }
        // Both were sets of unique keys, and only those that were missing were added.
        let full = Self::sorted(full).ok_or(Error::ContextMismatch)?;
        full.check_len()?;
        Ok((full, required))
    }

    fn check_len(&self) -> Result<(), Error> {
        const TOO_LONG: Error = Error::InvalidContext { reason: Reason::ContextTooLong };
        let mut len = if self.is_empty() { 0 } else { 2 };
        for (key, value) in self.pairs() {
            if key.len() > MAX_SERIALIZED_LEN || value.len() > MAX_SERIALIZED_LEN {
                return Err(TOO_LONG);
            }
            len += 4 + key.len() + value.len();
            if len > MAX_SERIALIZED_LEN {
                return Err(TOO_LONG);
            }
        }
        Ok(())
    }
}

/// Prints the number of pairs, not the pairs: they are not secret, but they are the user's.
impl fmt::Debug for EncryptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionContext({} pairs)", self.0.len())
    }
}

/// Pairs as a header stores them, in the header's order.
///
/// The order should be canonical, but the JavaScript SDK by default orders by locale, so a reader
/// keeps what it found: the header's tag covers those bytes, and a raw AES keyring of that SDK
/// authenticated them in that order.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct StoredContext {
    pairs: Vec<(String, String)>,
}

impl StoredContext {
    /// Takes pairs in their stored order; `None` if a key comes twice.
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Option<Self> {
        EncryptionContext::sorted(pairs.clone())?;
        Some(Self { pairs })
    }

    /// The context, without its stored order.
    #[must_use]
    pub fn to_context(&self) -> EncryptionContext {
        // Keys are unique: `from_pairs` saw to it.
        EncryptionContext::sorted(self.pairs.clone()).unwrap_or_default()
    }

    /// The bytes in the stored order.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serialize(self.pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }
}

impl From<EncryptionContext> for StoredContext {
    fn from(context: EncryptionContext) -> Self {
        Self { pairs: context.0 }
    }
}

fn serialize<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut entries = Vec::new();
    let mut count = 0_u16;
    for (key, value) in pairs {
        count = count.saturating_add(1);
        for text in [key, value] {
            // Lengths were checked when the pairs came in; a u16 always holds them.
            let len = u16::try_from(text.len()).unwrap_or(u16::MAX);
            entries.extend_from_slice(&len.to_be_bytes());
            entries.extend_from_slice(text.as_bytes());
        }
    }
    if count == 0 {
        return entries;
    }
    let mut bytes = Vec::with_capacity(entries.len() + 2);
    bytes.extend_from_slice(&count.to_be_bytes());
    bytes.append(&mut entries);
    bytes
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec};

    use super::*;

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        EncryptionContext::from_pairs(pairs.iter().copied()).unwrap()
    }

    #[test]
    fn pairs_are_ordered_by_utf8_bytes_not_by_utf16_or_locale() {
        // U+10000 sorts after U+FF5E in UTF-8 and before it in UTF-16; "B" sorts before "a".
        let context = context(&[("\u{10000}", "4"), ("a", "2"), ("\u{ff5e}", "3"), ("B", "1")]);
        let values: String = context.pairs().map(|(_, value)| value).collect();
        assert_eq!(values, "1234");
    }

    #[test]
    fn the_serialization_is_the_specifications() {
        assert_eq!(hex::encode(context(&[("key", "é")]).to_bytes()), "000100036b65790002c3a9");
        assert!(context(&[]).to_bytes().is_empty());
    }

    #[test]
    fn the_longest_context_has_65535_bytes() {
        let value = "v".repeat(MAX_SERIALIZED_LEN - 2 - 4 - 1);
        assert_eq!(context(&[("k", &value)]).to_bytes().len(), MAX_SERIALIZED_LEN);
        let longer = EncryptionContext::from_pairs([("k", format!("{value}v"))]);
        assert_eq!(longer.unwrap_err().code(), "InvalidContext");
    }

    #[test]
    fn reserved_empty_and_repeated_keys_are_refused() {
        for pairs in
            [vec![("aws-crypto-public-key", "x")], vec![("", "x")], vec![("a", "1"), ("a", "2")]]
        {
            assert_eq!(EncryptionContext::from_pairs(pairs).unwrap_err().code(), "InvalidContext");
        }
    }

    #[test]
    fn a_reproduced_pair_must_agree_and_a_new_one_becomes_required() {
        let stored = context(&[("a", "1")]);
        assert_eq!(stored.merge(&context(&[("a", "2")])).unwrap_err().code(), "ContextMismatch");
        let (full, required) = stored.merge(&context(&[("a", "1"), ("b", "2")])).unwrap();
        assert!(full == context(&[("a", "1"), ("b", "2")]) && required == context(&[("b", "2")]));
    }

    #[test]
    fn contexts_do_not_print_their_pairs() {
        assert_eq!(format!("{:?}", context(&[("a", "1")])), "EncryptionContext(1 pairs)");
    }
}
