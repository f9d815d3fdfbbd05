// SPDX-License-Identifier: Apache-2.0
//! Bytes that are base64 on the wire: the standard alphabet, padded, without white space and with no
//! bits set after the last byte, since SDKs compare the texts of blobs.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

/// Longest plaintext that any setting lets Encrypt take, in bytes before base64: what one edition of
/// Alibaba's manual says.
pub const PLAINTEXT_MAX_LEN: usize = 6_144;
/// Longest `CiphertextBlob` read, in bytes before base64: the longest plaintext and what wraps it,
/// with room to spare.
pub const CIPHERTEXT_BLOB_MAX_LEN: usize = 8_192;

/// Secret bytes. Wiped when dropped and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// The bytes, to be used and not kept.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretBytes {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

impl Serialize for SecretBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(STANDARD.encode(&*self.0)))
    }
}

impl<'de> Deserialize<'de> for SecretBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Base64 { max_len: PLAINTEXT_MAX_LEN }).map(Self)
    }
}

/// A `CiphertextBlob`: opaque bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiphertextBlob(pub Vec<u8>);

impl Serialize for CiphertextBlob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for CiphertextBlob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = deserializer.deserialize_str(Base64 { max_len: CIPHERTEXT_BLOB_MAX_LEN });
        bytes.map(|mut bytes| Self(std::mem::take(&mut *bytes)))
    }
}

/// Bytes that are no secret, 1 to `MAX` of them: a digest, a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Octets<const MAX: usize>(pub Vec<u8>);

/// Longest message that is signed whole, in bytes before base64: AWS's limit.
pub const SIGNED_MAX_LEN: usize = 4_096;
/// A message's digest, at most 64 bytes; for an algorithm that takes none, the message itself.
pub type Digest = Octets<SIGNED_MAX_LEN>;
/// A signature, of any algorithm that is offered or to come.
pub type Signature = Octets<8_192>;
/// What is given as a message authentication code: AWS's limit, so that one of another length than any
/// algorithm's is a wrong one and no error.
pub type Mac = Octets<6_144>;

impl<const MAX: usize> Serialize for Octets<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Octets<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = deserializer.deserialize_str(Base64 { max_len: MAX });
        bytes.map(|mut bytes| Self(std::mem::take(&mut *bytes)))
    }
}

/// Reads base64 of 1 to `max_len` bytes.
struct Base64 {
    max_len: usize,
}

impl de::Visitor<'_> for Base64 {
    type Value = Zeroizing<Vec<u8>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("standard base64 with padding and without white space")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        // Refused before any decoding: the text's length bounds the bytes.
        if text.len() > self.max_len.div_ceil(3).saturating_mul(4) {
            return Err(too_long(self.max_len));
        }
        let bytes = STANDARD.decode(text).map_err(|_| {
            E::custom("It must be standard base64 with padding and without white space.")
        })?;
        let bytes = Zeroizing::new(bytes);
        match bytes.len() {
            0 => Err(E::custom("It must not be empty.")),
            len if len > self.max_len => Err(too_long(self.max_len)),
            _ => Ok(bytes),
        }
    }
}

fn too_long<E: de::Error>(max_len: usize) -> E {
    E::custom(too_long_text(max_len))
}

/// What to do about bytes that are too many.
pub(crate) fn too_long_text(max_len: usize) -> String {
    format!("It must be at most {max_len} bytes before base64.")
}

#[cfg(feature = "schema")]
crate::schema::inline_schema!(SecretBytes, {
    "type": "string",
    "contentEncoding": "base64",
    "format": "secret-bytes",
});
#[cfg(feature = "schema")]
crate::schema::inline_schema!(CiphertextBlob, {
    "type": "string",
    "contentEncoding": "base64",
    "format": "ciphertext-blob",
});

#[cfg(feature = "schema")]
impl<const MAX: usize> schemars::JsonSchema for Octets<MAX> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Octets".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "contentEncoding": "base64",
            "format": "ciphertext-blob",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_strict() {
        let read = |text: &str| serde_json::from_str::<SecretBytes>(&format!("\"{text}\""));
        assert_eq!(read("aGVsbG8=").unwrap().expose_secret(), b"hello");
        for bad in [
            "aGVs bG8=",
            " aGVsbG8=",
            "aGVsbG8",
            "aGVsbG9=",
            "aGVsbG8==",
            "aGVs_-8=",
            "====",
            "\u{e9}",
            "",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_length_limit_is_on_the_decoded_bytes() {
        let read = |len: usize| {
            let text = serde_json::to_string(&CiphertextBlob(vec![0; len])).unwrap();
            serde_json::from_str::<CiphertextBlob>(&text)
        };
        assert_eq!(read(8_192).unwrap().0.len(), 8_192);
        assert!(read(8_193).unwrap_err().to_string().contains("at most 8192 bytes"));
        assert!(read(1 << 20).is_err());
    }

    #[test]
    fn secret_bytes_serialize_and_do_not_print() {
        let secret = SecretBytes::from(Zeroizing::new(b"hello".to_vec()));
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"aGVsbG8=\"");
        assert_eq!(format!("{secret:?}"), "SecretBytes(5 bytes)");
    }
}
