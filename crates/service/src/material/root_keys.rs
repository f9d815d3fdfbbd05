// SPDX-License-Identifier: Apache-2.0
//! The root keys: several versions, one of them current.
//!
//! The secret `ROOT_KEYS` is JSON, `{"current":"2","keys":{"1":"<base64>","2":"<base64>"}}`, each
//! key 32 bytes in standard base64. New wrappings use the current version; every record names the
//! version that wrapped it, so an old version must stay listed while a record names it.

use std::{collections::BTreeMap, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use edgekms_api::id::RootKeyVersion;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use zeroize::Zeroizing;

use super::secret::{KEY_LEN, RootKey};

/// Why the root keys cannot be used. Each message says what to set; none holds key bytes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RootKeysError {
    /// The secret is absent or empty.
    #[error(
        "The secret ROOT_KEYS is not set. Set it to \
         {{\"current\":\"1\",\"keys\":{{\"1\":\"<base64 of 32 random bytes>\"}}}}, \
         for example with: wrangler secret put ROOT_KEYS"
    )]
    Missing,
    /// Not JSON of the documented shape.
    #[error(
        "The secret ROOT_KEYS is not JSON of the form \
         {{\"current\":\"1\",\"keys\":{{\"1\":\"<base64 of 32 random bytes>\"}}}}. Set it again."
    )]
    Malformed,
    /// `current` names a version that `keys` does not hold. Not repeated: whoever mixed the fields
    /// up has put a key there.
    #[error(
        "The secret ROOT_KEYS names as \"current\" a version that it holds no key of. \
         Add it under \"keys\" or name another."
    )]
    CurrentNotListed,
    /// A version name that records could not carry safely.
    #[error(
        "The secret ROOT_KEYS holds a version name that is not 1 to 32 letters, digits, '-' or \
         '_'. Rename it."
    )]
    VersionName,
    /// One version name twice, so that it is not clear which key is meant.
    #[error(
        "The secret ROOT_KEYS names the version \"{version}\" twice. Give each key a version name \
         of its own."
    )]
    VersionTwice {
        /// The version concerned.
        version: String,
    },
    /// A key that is not standard padded base64.
    #[error("Version \"{version}\" in the secret ROOT_KEYS is not base64. Set it again.")]
    NotBase64 {
        /// The version concerned.
        version: String,
    },
    /// A key of the wrong length.
    #[error(
        "Version \"{version}\" in the secret ROOT_KEYS has {got} bytes where {KEY_LEN} are \
         needed. Set it to the base64 of {KEY_LEN} random bytes."
    )]
    Length {
        /// The version concerned.
        version: String,
        /// Its length in bytes.
        got: usize,
    },
    /// A key of one repeated byte, such as all zeros: a placeholder, never random.
    #[error(
        "Version \"{version}\" in the secret ROOT_KEYS is one byte repeated, not a random key. \
         Set it to the base64 of {KEY_LEN} random bytes."
    )]
    NotRandom {
        /// The version concerned.
        version: String,
    },
}

/// Keys that are public because this repository holds them, in its examples and tests.
const PUBLISHED: [&str; 3] = [
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=",
    "lywgN69WabmPlV01BRHIfaITJlR1VrRYhI31tDAzfQc=",
];

/// Whether anybody can read a key in this repository.
pub(crate) fn is_published(key: &[u8; KEY_LEN]) -> bool {
    PUBLISHED.contains(&Zeroizing::new(STANDARD.encode(key)).as_str())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    current: String,
    keys: Entries,
}

/// The entries of a JSON object as they stand, so that a name given twice is seen.
struct Entries(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Each)
    }
}

/// Every root key version that this worker was given.
#[derive(Debug)]
pub struct RootKeys {
    current: String,
    keys: BTreeMap<String, RootKey>,
}

impl RootKeys {
    /// Reads the secret `ROOT_KEYS`.
    ///
    /// # Errors
    /// [`RootKeysError`], whose text names the variable and the remedy.
    pub fn parse(secret: &str) -> Result<Self, RootKeysError> {
        if secret.trim().is_empty() {
            return Err(RootKeysError::Missing);
        }
        let document: Document =
            serde_json::from_str(secret).map_err(|_| RootKeysError::Malformed)?;
        let mut keys = BTreeMap::new();
        for (version, text) in document.keys.0 {
            let key = decode_key(&version, &Zeroizing::new(text))?;
            if keys.insert(version.clone(), key).is_some() {
                return Err(RootKeysError::VersionTwice { version });
            }
        }
        if !keys.contains_key(&document.current) {
            return Err(RootKeysError::CurrentNotListed);
        }
        Ok(Self { current: document.current, keys })
    }

    /// One key alone, which wraps and unwraps under this name.
    #[must_use]
    pub(crate) fn single(version: &str, key: RootKey) -> Self {
        Self { current: version.to_owned(), keys: [(version.to_owned(), key)].into() }
    }

    /// The version that wraps new key material.
    #[must_use]
    pub fn current(&self) -> &str {
        &self.current
    }

    /// The first version whose key anybody can read in this repository.
    #[must_use]
    pub fn published(&self) -> Option<&str> {
        let known = self.keys.iter().find(|(_, key)| is_published(key.expose_secret()));
        known.map(|(version, _)| version.as_str())
    }

    /// The names of all versions.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// The key of one version, if this worker was given it.
    #[must_use]
    pub fn version(&self, version: &str) -> Option<&RootKey> {
        self.keys.get(version)
    }
}

fn decode_key(version: &str, text: &str) -> Result<RootKey, RootKeysError> {
    if version.parse::<RootKeyVersion>().is_err() {
        return Err(RootKeysError::VersionName);
    }
    let version = || version.to_owned();
    let bytes = Zeroizing::new(
        STANDARD.decode(text).map_err(|_| RootKeysError::NotBase64 { version: version() })?,
    );
    let key = RootKey::from_slice(&bytes)
        .ok_or_else(|| RootKeysError::Length { version: version(), got: bytes.len() })?;
    if bytes.iter().all(|byte| Some(byte) == bytes.first()) {
        return Err(RootKeysError::NotRandom { version: version() });
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn refused(secret: &str) -> RootKeysError {
        RootKeys::parse(secret).unwrap_err()
    }

    #[test]
    fn several_versions_are_read_and_the_current_is_named() {
        let two = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";
        let text = format!(r#"{{"current":"b","keys":{{"a":"{ONE}","b":"{two}"}}}}"#);
        let keys = RootKeys::parse(&text).unwrap();
        assert_eq!(keys.current(), "b");
        assert_eq!(keys.version("a").unwrap().expose_secret()[31], 0x1f);
        assert_eq!(keys.version("b").unwrap().expose_secret()[0], 0xff);
        assert!(keys.version("c").is_none());
    }

    #[test]
    fn each_fault_has_its_own_sentence_with_the_variable_and_a_remedy() {
        let twice = format!(r#"{{"current":"1","keys":{{"1":"{ONE}","1":"{ONE}"}}}}"#);
        let cases = [
            ("", RootKeysError::Missing),
            ("  ", RootKeysError::Missing),
            ("hunter2", RootKeysError::Malformed),
            (r#"{"current":"1"}"#, RootKeysError::Malformed),
            (r#"{"current":"1","keys":{}}"#, RootKeysError::CurrentNotListed),
            (
                r#"{"current":"1","keys":{"1":"AAEC"}}"#,
                RootKeysError::Length { version: "1".into(), got: 3 },
            ),
            (
                r#"{"current":"1","keys":{"1":"not base64"}}"#,
                RootKeysError::NotBase64 { version: "1".into() },
            ),
            (r#"{"current":"1","keys":{"":"AAEC"}}"#, RootKeysError::VersionName),
            (twice.as_str(), RootKeysError::VersionTwice { version: "1".into() }),
            (
                r#"{"current":"1","keys":{"1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}"#,
                RootKeysError::NotRandom { version: "1".into() },
            ),
        ];
        for (secret, expected) in cases {
            let error = refused(secret);
            assert_eq!(error, expected, "{secret}");
            assert!(error.to_string().contains("ROOT_KEYS"), "{error}");
        }
    }

    #[test]
    fn keys_that_everybody_can_read_are_known() {
        let text = format!(r#"{{"current":"a","keys":{{"a":"{ONE}"}}}}"#);
        assert_eq!(RootKeys::parse(&text).unwrap().published(), Some("a"));
        let other = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHiA=";
        let text = format!(r#"{{"current":"a","keys":{{"a":"{other}"}}}}"#);
        assert_eq!(RootKeys::parse(&text).unwrap().published(), None);
    }

    #[test]
    fn the_secret_is_in_no_message() {
        let error = refused(r#"{"current":"1","keys":{"1":"c2VjcmV0LWJ5dGVz"}}"#).to_string();
        assert!(!error.contains("c2VjcmV0"), "{error}");
        let error = refused(r#"{"current":"c2VjcmV0LWJ5dGVz","keys":{}}"#).to_string();
        assert!(!error.contains("c2VjcmV0"), "{error}");
        let error = refused("c2VjcmV0LWJ5dGVz").to_string();
        assert!(!error.contains("c2VjcmV0"), "{error}");
    }
}
