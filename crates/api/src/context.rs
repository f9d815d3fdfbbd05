// SPDX-License-Identifier: Apache-2.0
//! The encryption context (wire reference, section 2.7): pairs of texts that are authenticated
//! with a ciphertext and not stored in it. Two contexts are equal if their pairs are.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Longest context that a request may carry, in characters of its compact JSON.
pub const CONTEXT_MAX_CHARS: usize = 8192;

/// The pairs, in the byte order of their keys.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EncryptionContext(BTreeMap<String, String>);

impl EncryptionContext {
    /// The context without pairs, which is the same as none.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Whether there are no pairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Keys and values, in the byte order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The bytes to authenticate, the same for equal contexts and different for others:
    /// nothing for no pairs, else `u32 count`, then for each pair `u32 length, key, u32 length,
    /// value`; big-endian; pairs in the byte order of their keys. It is the form that the Alibaba
    /// Encryption SDK authenticates (wire reference, section 5.1). The `k=v&k=v` form of section
    /// 2.7 is not used: it gives `{"a":"b&c=d"}` and `{"a":"b","c":"d"}` the same bytes.
    #[must_use]
    pub fn to_canonical_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.is_empty() {
            return bytes;
        }
        put_u32(&mut bytes, self.0.len());
        for text in self.iter().flat_map(|(key, value)| [key, value]) {
            put_u32(&mut bytes, text.len());
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes
    }
}

/// Appends a length. A context is bounded by [`CONTEXT_MAX_CHARS`] where it is read, and an
/// address space of 32 bits bounds the rest, so the value is never cut in practice.
fn put_u32(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
}

impl FromIterator<(String, String)> for EncryptionContext {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// The number of pairs only: keys and values are the user's.
impl fmt::Debug for EncryptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionContext({} pairs)", self.0.len())
    }
}

impl EncryptionContext {
    /// Length as compact JSON, before escapes: `{"k":"v","k":"v"}`.
    fn json_chars(&self) -> usize {
        self.iter()
            .map(|(key, value)| key.chars().count() + value.chars().count() + 6)
            .sum::<usize>()
            + 1
    }
}

impl Serialize for EncryptionContext {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

/// What a context is, where something else came.
const FORM: &str = "It must be a JSON object of strings, without arrays, numbers, nested objects or repeated keys.";

/// A flat object of texts in which no key comes twice. A reader that keeps one of two values could
/// keep another one than its caller meant.
impl<'de> Deserialize<'de> for EncryptionContext {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = EncryptionContext;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(FORM.trim_start_matches("It must be ").trim_end_matches('.'))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let form = |_| de::Error::custom(FORM);
                let mut pairs = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, String>().map_err(form)? {
                    if pairs.insert(key, value).is_some() {
                        return Err(de::Error::custom(FORM));
                    }
                }
                let context = EncryptionContext(pairs);
                if context.json_chars() > CONTEXT_MAX_CHARS {
                    return Err(de::Error::custom("It must not be longer than 8192 characters."));
                }
                Ok(context)
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}

#[cfg(feature = "schema")]
crate::schema::inline_schema!(EncryptionContext, {
    "type": "object",
    "format": "encryption-context",
    "additionalProperties": { "type": "string" },
});

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<EncryptionContext, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn spacing_and_order_mean_nothing() {
        let one = read(r#"{"Purpose":"test","a b":"c&d"}"#).unwrap();
        assert_eq!(one, read(r#"{ "a b": "c&d", "Purpose": "test" }"#).unwrap());
        assert!(read("{}").unwrap().is_empty());
    }

    #[test]
    fn anything_but_a_flat_object_of_strings_is_refused() {
        for bad in [
            "[]",
            r#"["a"]"#,
            r#"{"a":["b"]}"#,
            r#"{"a":1}"#,
            r#"{"a":null}"#,
            r#"{"a":{"b":"c"}}"#,
            r#"{"a":"b","a":"c"}"#,
            "\"a\"",
            "{",
            "a=b",
            r#"{"a":"b"} x"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_length_limit_counts_characters() {
        let fits = format!(r#"{{"k":"{}"}}"#, "é".repeat(CONTEXT_MAX_CHARS - 8));
        assert!(read(&fits).is_ok());
        assert!(read(&fits.replace("é\"", "éé\"")).is_err());
    }

    #[test]
    fn canonical_bytes_are_pinned_and_tell_pairs_apart() {
        assert_eq!(EncryptionContext::new().to_canonical_bytes(), b"");
        let two = read(r#"{"b":"c","a":"é"}"#).unwrap().to_canonical_bytes();
        assert_eq!(
            hex::encode(two),
            "000000020000000161 00000002c3a9 0000000162 0000000163".replace(' ', "")
        );
        let one = read(r#"{"a":"b&c=d"}"#).unwrap();
        assert_ne!(
            one.to_canonical_bytes(),
            read(r#"{"a":"b","c":"d"}"#).unwrap().to_canonical_bytes()
        );
    }
}
