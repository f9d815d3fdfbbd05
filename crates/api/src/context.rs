// SPDX-License-Identifier: Apache-2.0
//! The encryption context (wire reference, section 2.7): pairs of texts that are authenticated
//! with a ciphertext and not stored in it. Two contexts are equal if their pairs are.

use std::collections::BTreeMap;
use std::fmt;

#[cfg(feature = "server")]
use crate::{error::ApiError, params::Params};

/// Longest context that a request may carry, in characters of its JSON.
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

#[cfg(feature = "server")]
impl EncryptionContext {
    /// Reads the parameter `name`, in either of its forms: one JSON object of texts, or one
    /// parameter a pair (`EncryptionContext.Purpose=test`; the key is all after the first dot).
    ///
    /// # Errors
    /// `InvalidParameter` naming it if it is not a flat object of texts, has a key twice, is
    /// longer than [`CONTEXT_MAX_CHARS`], or comes in both forms.
    pub fn from_params(params: &Params, name: &str) -> Result<Self, ApiError> {
        let invalid = |remedy: &str| ApiError::invalid_parameter(name, remedy);
        let too_long = || invalid("It must not be longer than 8192 characters.");
        let prefix = format!("{name}.");
        let dotted: Self =
            params.dotted(&prefix).map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        match params.optional(name) {
            Some(_) if !dotted.is_empty() => {
                Err(invalid("Give it as one JSON object or as one parameter a pair, not both."))
            }
            Some(json) if json.chars().count() > CONTEXT_MAX_CHARS => Err(too_long()),
            Some(json) => {
                let pairs: UniquePairs = serde_json::from_str(json).map_err(|_| {
                    invalid("It must be a JSON object of strings, without arrays, numbers, nested objects or repeated keys.")
                })?;
                Ok(Self(pairs.0))
            }
            None if dotted.json_chars() > CONTEXT_MAX_CHARS => Err(too_long()),
            None => Ok(dotted),
        }
    }

    /// Length as compact JSON, before escapes: `{"k":"v","k":"v"}`.
    fn json_chars(&self) -> usize {
        self.iter()
            .map(|(key, value)| key.chars().count() + value.chars().count() + 6)
            .sum::<usize>()
            + 1
    }
}

/// A JSON object of texts in which no key comes twice. `serde_json` alone would keep the last.
#[cfg(feature = "server")]
struct UniquePairs(BTreeMap<String, String>);

#[cfg(feature = "server")]
impl<'de> serde::Deserialize<'de> for UniquePairs {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = UniquePairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a flat object of strings")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<UniquePairs, A::Error> {
                let mut pairs = BTreeMap::new();
                while let Some((key, value)) = map.next_entry()? {
                    if pairs.insert(key, value).is_some() {
                        return Err(serde::de::Error::custom("repeated key"));
                    }
                }
                Ok(UniquePairs(pairs))
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}

#[cfg(feature = "server")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn read(encoded: &str) -> Result<EncryptionContext, ApiError> {
        EncryptionContext::from_params(
            &Params::decode(encoded.as_bytes()).unwrap(),
            "EncryptionContext",
        )
    }

    fn json(text: &str) -> Result<EncryptionContext, ApiError> {
        let mut params = Params::new();
        params.insert("EncryptionContext", text).unwrap();
        EncryptionContext::from_params(&params, "EncryptionContext")
    }

    #[test]
    fn both_forms_spacing_and_order_are_one_context() {
        let dotted = read("EncryptionContext.Purpose=test&EncryptionContext.a%20b=c%26d").unwrap();
        assert_eq!(dotted, json(r#"{"Purpose":"test","a b":"c&d"}"#).unwrap());
        assert_eq!(dotted, json(r#"{ "a b": "c&d", "Purpose": "test" }"#).unwrap());
        assert_eq!(read("EncryptionContext.a.b=c").unwrap(), json(r#"{"a.b":"c"}"#).unwrap());
    }

    #[test]
    fn an_empty_value_is_no_context() {
        assert!(read("EncryptionContext=").unwrap().is_empty());
        assert!(read("").unwrap().is_empty());
        assert!(json("{}").unwrap().is_empty());
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
            let error = json(bad).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidParameter, "{bad}");
            assert!(error.message().contains("\"EncryptionContext\""), "{bad}");
        }
        let both =
            read("EncryptionContext=%7B%22a%22%3A%22b%22%7D&EncryptionContext.a=b").unwrap_err();
        assert_eq!(both.code(), ErrorCode::InvalidParameter);
    }

    #[test]
    fn the_length_limit_counts_characters_in_both_forms() {
        let fits = format!(r#"{{"k":"{}"}}"#, "é".repeat(CONTEXT_MAX_CHARS - 8));
        assert!(json(&fits).is_ok());
        assert!(json(&fits.replace("é\"", "éé\"")).is_err());
        let dotted = |count: usize| read(&format!("EncryptionContext.k={}", "x".repeat(count)));
        assert!(dotted(CONTEXT_MAX_CHARS - 8).is_ok());
        assert!(dotted(CONTEXT_MAX_CHARS - 7).is_err());
    }

    #[test]
    fn canonical_bytes_are_pinned_and_tell_pairs_apart() {
        assert_eq!(EncryptionContext::new().to_canonical_bytes(), b"");
        let two = json(r#"{"b":"c","a":"é"}"#).unwrap().to_canonical_bytes();
        assert_eq!(
            hex::encode(two),
            "000000020000000161 00000002c3a9 0000000162 0000000163".replace(' ', "")
        );
        let one = json(r#"{"a":"b&c=d"}"#).unwrap();
        assert_ne!(
            one.to_canonical_bytes(),
            json(r#"{"a":"b","c":"d"}"#).unwrap().to_canonical_bytes()
        );
    }
}
