// SPDX-License-Identifier: Apache-2.0
//! Parameters: the decoded names and values of a query string or a form body (wire reference,
//! section 1.2), and the one canonical way to write them (section 1.3, steps 2 to 4).
//!
//! Decoding is bounded, and strict where form decoders are usually lenient: a stray `%`, bytes that are not
//! UTF-8 and a name given twice are errors, because a lenient reading is a second meaning for
//! bytes that were signed with the first. A name with control characters or non-characters is
//! unreadable: error messages repeat names, and XML has no way to write those.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

use crate::error::{ApiError, ErrorCode};

/// The media type of a body of parameters.
pub const FORM_MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// All but the unreserved characters of RFC 3986: `A-Z a-z 0-9 - _ . ~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Whether percent-encoding leaves a byte as it is.
#[cfg(feature = "server")]
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
}

/// Percent-encodes as signatures want it: UTF-8, unreserved characters as they are, hex uppercase.
#[must_use]
pub fn percent_encode(text: &str) -> impl fmt::Display + '_ {
    utf8_percent_encode(text, RESERVED)
}

/// Most parameters of one request. The longest list that an SDK sends is an encryption context of one
/// parameter a pair, beside some twenty others.
pub const PARAMS_MAX: usize = 256;

/// Longest part of a parameter's name that an error repeats, in characters.
const NAME_SHOWN_CHARS: usize = 128;

/// Decoded parameters in the byte order of their names, each name once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// No parameters.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Decodes a query string or an `application/x-www-form-urlencoded` body.
    ///
    /// # Errors
    /// `InvalidParameter` naming the parameter if its value is not UTF-8 percent-encoded or if
    /// the name came before; `ParseRequestParameterException` if a name is empty or unreadable.
    pub fn decode(encoded: &[u8]) -> Result<Self, ApiError> {
        let mut params = Self::new();
        for (name, value) in pairs(encoded) {
            let name = decode_component(name)
                .filter(|name| !name.is_empty() && name.chars().all(has_xml_form))
                .ok_or_else(unreadable_name)?;
            let value = decode_component(value).ok_or_else(|| {
                ApiError::invalid_parameter(shown(&name), "It must be UTF-8 text, percent-encoded.")
            })?;
            params.insert(name, value)?;
        }
        Ok(params)
    }

    /// Adds one parameter.
    ///
    /// # Errors
    /// `InvalidParameter` naming it if it is there already: two values have no one meaning.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<(), ApiError> {
        let name = name.into();
        if self.0.contains_key(&name) {
            return Err(ApiError::invalid_parameter(
                shown(&name),
                "Give it once, in the query or in the body.",
            ));
        }
        if self.0.len() >= PARAMS_MAX {
            return Err(ApiError::with_message(
                ErrorCode::ParseRequestParameterException,
                "Server parse parameters exception. A request must have at most 256 parameters.",
            ));
        }
        self.0.insert(name, value.into());
        Ok(())
    }

    /// Wipes the values, one of which may be a secret.
    #[cfg(feature = "server")]
    pub(crate) fn wipe(&mut self) {
        self.0.values_mut().for_each(zeroize::Zeroize::zeroize);
    }

    /// Adds every parameter of `other`: query and form body are one set.
    ///
    /// # Errors
    /// `InvalidParameter` naming the first parameter that both have.
    pub fn merge(&mut self, other: Self) -> Result<(), ApiError> {
        other.0.into_iter().try_for_each(|(name, value)| self.insert(name, value))
    }

    /// The value as it was sent, which may be empty.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The value, where an empty one means that the parameter is absent: old SDKs send those.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.value(name).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that must be there and not empty.
    ///
    /// # Errors
    /// `MissingParameter` naming it.
    pub fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.optional(name).ok_or_else(|| ApiError::missing_parameter(name))
    }

    /// The parameters whose names begin with `name` and a dot, which are cut off.
    pub fn dotted<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter_map(move |(held, value)| {
            Some((held.strip_prefix(name)?.strip_prefix('.')?, value))
        })
    }

    /// Names and values, in the byte order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The canonical query string without the parameters named in `except`. Also what a client
    /// sends: [`Params::decode`] reads it back.
    #[must_use]
    pub fn encode_except(&self, except: &[&str]) -> String {
        let mut encoded = String::new();
        for (name, value) in self.iter().filter(|(name, _)| !except.contains(name)) {
            if !encoded.is_empty() {
                encoded.push('&');
            }
            encoded.extend(utf8_percent_encode(name, RESERVED));
            encoded.push('=');
            encoded.extend(utf8_percent_encode(value, RESERVED));
        }
        encoded
    }

    /// The canonical query string.
    #[must_use]
    pub fn encode(&self) -> String {
        self.encode_except(&[])
    }
}

/// Names only: values may be plaintext.
impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Names and values of a query or form, still encoded.
fn pairs(encoded: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    encoded.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let mut halves = pair.splitn(2, |&byte| byte == b'=');
        (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
    })
}

/// The value of one parameter without reading the others: for what must be known before anybody is
/// known to have signed. The name must not be percent-encoded, which no client does.
#[cfg(feature = "server")]
pub(crate) fn peek(encoded: &[u8], name: &str) -> Option<String> {
    let found = pairs(encoded).take(PARAMS_MAX).find(|(held, _)| *held == name.as_bytes());
    found.and_then(|(_, value)| decode_component(value)).filter(|value| !value.is_empty())
}

/// `+` is a space, `%XX` is a byte, the bytes are UTF-8; anything else is `None`.
fn decode_component(encoded: &[u8]) -> Option<String> {
    let mut rest = encoded;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (b'%', [high, low, after @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                after
            }
            (b'%', _) => return None,
            _ => after,
        };
    }
    let spaced: Cow<'_, [u8]> = if encoded.contains(&b'+') {
        encoded.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect()
    } else {
        encoded.into()
    };
    percent_decode(&spaced).decode_utf8().ok().map(Cow::into_owned)
}

/// As much of a name as an error repeats: it is the caller's, and no documented one is as long.
fn shown(name: &str) -> &str {
    let end = name.char_indices().nth(NAME_SHOWN_CHARS).map(|(end, _)| end);
    end.and_then(|end| name.get(..end)).unwrap_or(name)
}

/// Whether XML 1.0 has a way to write the character that it does not discourage (section 2.2).
fn has_xml_form(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}')
}

fn unreadable_name() -> ApiError {
    ApiError::with_message(
        ErrorCode::ParseRequestParameterException,
        "Server parse parameters exception. A parameter's name is empty, not UTF-8 or not \
         percent-encoded.",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(text: &str) -> Result<Params, ApiError> {
        Params::decode(text.as_bytes())
    }

    #[test]
    fn both_spellings_of_a_space_and_only_the_encoded_plus() {
        let params = decode("a=x+y%20z%2B&b=*~/:&c=&d").unwrap();
        assert_eq!(params.value("a"), Some("x y z+"));
        assert_eq!(params.value("b"), Some("*~/:"));
        assert_eq!(params.value("c"), Some(""));
        assert_eq!(params.value("d"), Some(""));
        assert_eq!(params.encode(), "a=x%20y%20z%2B&b=%2A~%2F%3A&c=&d=");
    }

    #[test]
    fn names_sort_by_bytes_uppercase_first() {
        assert_eq!(decode("b=1&a=2&B=3&a.b=4").unwrap().encode(), "B=3&a=2&a.b=4&b=1");
    }

    #[test]
    fn two_values_for_one_parameter_name_it() {
        let error = decode("KeyId=a&KeyId=a").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidParameter);
        assert!(error.message().contains("\"KeyId\""), "{}", error.message());
        let mut query = decode("A=1&B=2").unwrap();
        assert!(query.merge(decode("B=2").unwrap()).unwrap_err().message().contains("\"B\""));
    }

    #[test]
    fn an_error_repeats_the_beginning_of_a_long_name() {
        let name = "é".repeat(10_000);
        for text in [format!("{name}=%"), format!("{name}=1&{name}=2")] {
            let message = decode(&text).unwrap_err().message().to_owned();
            assert!(message.contains(&"é".repeat(128)) && message.len() < 500, "{message}");
        }
    }

    #[test]
    fn bad_encodings_are_refused_by_name() {
        for bad in
            ["Plaintext=%", "Plaintext=%4", "Plaintext=%zz", "Plaintext=%+1", "Plaintext=%FF"]
        {
            let error = decode(bad).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidParameter, "{bad}");
            assert!(error.message().contains("\"Plaintext\""), "{bad}");
        }
        let raw = Params::decode(b"Plaintext=\xff").unwrap_err();
        assert!(raw.message().contains("\"Plaintext\""));
        for bad in ["=x", "%FF=x", "%=x", "a%01b=x", "a%EF%BF%BF=x"] {
            assert_eq!(decode(bad).unwrap_err().code(), ErrorCode::ParseRequestParameterException);
        }
    }

    #[cfg(feature = "server")]
    #[test]
    fn one_parameter_is_seen_without_reading_the_others() {
        assert_eq!(peek(b"%zz=1&AccessKeyId=a%2Db&b", "AccessKeyId").as_deref(), Some("a-b"));
        assert_eq!(peek(b"AccessKeyId=", "AccessKeyId"), None);
        let many = format!("{}AccessKeyId=a", "x&".repeat(PARAMS_MAX));
        assert_eq!(peek(many.as_bytes(), "AccessKeyId"), None);
    }

    #[test]
    fn there_are_at_most_256_parameters() {
        let many =
            |count: usize| (0..count).map(|n| format!("p{n}=")).collect::<Vec<_>>().join("&");
        assert!(decode(&many(256)).is_ok());
        let error = decode(&many(257)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ParseRequestParameterException);
        let mut query = decode(&many(200)).unwrap();
        assert!(query.merge(decode("a=1").unwrap()).is_ok());
        let rest: Vec<_> = (0..56).map(|n| format!("q{n}=")).collect();
        assert!(query.merge(decode(&rest.join("&")).unwrap()).is_err(), "query and form together");
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        assert_eq!(format!("{:?}", decode("Plaintext=c2VjcmV0").unwrap()), "{\"Plaintext\"}");
    }

    proptest! {
        #[test]
        fn decode_reads_what_encode_writes(pairs in prop::collection::btree_map(r"[^\p{Cc}\u{fffe}\u{ffff}]{1,8}", ".*", 0..8)) {
            let params = Params(pairs);
            prop_assert_eq!(Params::decode(params.encode().as_bytes()).unwrap(), params);
        }

        #[test]
        fn any_bytes_decode_to_what_encodes_back_or_to_an_error(bytes: Vec<u8>) {
            if let Ok(params) = Params::decode(&bytes) {
                prop_assert_eq!(Params::decode(params.encode().as_bytes()).unwrap(), params);
            }
        }
    }
}
