// SPDX-License-Identifier: Apache-2.0
//! What several actions' parameters have in common: base64, descriptions, aliases, data key
//! lengths.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::error::{ApiError, ErrorCode};
use crate::id::AliasName;
use crate::params::Params;

/// Longest description, in characters.
pub const DESCRIPTION_MAX_CHARS: usize = 8192;

/// Longest data key, in bytes.
pub const DATA_KEY_MAX_LEN: u32 = 1024;

/// Longest `CiphertextBlob` read, in bytes before base64: the longest plaintext of any edition of
/// the manual (6,144 bytes) and what wraps it, with room to spare.
pub const CIPHERTEXT_BLOB_MAX_LEN: usize = 8192;

/// Secret bytes in a response, base64 on the wire. Wiped when dropped and never printed.
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

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

impl Serialize for SecretBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(STANDARD.encode(&*self.0)))
    }
}

/// A `CiphertextBlob`: opaque bytes, base64 (standard, padded, canonical) on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiphertextBlob(pub Vec<u8>);

impl Serialize for CiphertextBlob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

/// Reads a required base64 parameter of at most `max_len` bytes. Strict: the standard alphabet,
/// padding present, no white space, no bits set after the last byte.
pub(crate) fn required_base64(
    params: &Params,
    name: &str,
    max_len: usize,
) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    let text = params.required(name)?;
    let too_long = || {
        ApiError::invalid_parameter(
            name,
            format!("It must be at most {max_len} bytes before base64."),
        )
    };
    // Refused before any decoding: the text's length bounds the bytes.
    if text.len() > max_len.div_ceil(3).saturating_mul(4) {
        return Err(too_long());
    }
    let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| {
        let remedy = "It must be standard base64 with padding and without white space.";
        ApiError::invalid_parameter(name, remedy)
    })?);
    if bytes.len() > max_len { Err(too_long()) } else { Ok(bytes) }
}

/// Reads `Description`, empty if absent.
pub(crate) fn description(params: &Params) -> Result<String, ApiError> {
    let text = params.value("Description").unwrap_or_default();
    if text.chars().count() > DESCRIPTION_MAX_CHARS {
        return Err(ApiError::invalid_parameter(
            "Description",
            "It must not be longer than 8192 characters.",
        ));
    }
    Ok(text.to_owned())
}

/// Reads the `AliasName` of an action that gives a key a name: not one kept for service keys.
pub(crate) fn user_alias_name(params: &Params) -> Result<AliasName, ApiError> {
    let alias_name: AliasName = params.required_parsed("AliasName")?;
    if alias_name.is_reserved() {
        let remedy = "Names that begin with alias/acs belong to service keys.";
        return Err(ApiError::invalid_parameter("AliasName", remedy));
    }
    Ok(alias_name)
}

/// Reads the length of a data key: `NumberOfBytes` if given, else `KeySpec`'s, else 32.
pub(crate) fn data_key_len(params: &Params) -> Result<usize, ApiError> {
    if let Some(len) = params.integer("NumberOfBytes", 1..=DATA_KEY_MAX_LEN)? {
        return Ok(len as usize);
    }
    match params.optional("KeySpec") {
        None | Some("AES_256") => Ok(32),
        Some("AES_128") => Ok(16),
        Some(_) => Err(ApiError::invalid_parameter(
            "KeySpec",
            "It must be AES_256 or AES_128; for another length give NumberOfBytes.",
        )),
    }
}

/// Refuses a parameter that is documented and not offered here, unless it is empty.
pub(crate) fn not_offered(params: &Params, name: &str) -> Result<(), ApiError> {
    match params.optional(name) {
        None => Ok(()),
        Some(_) => Err(ApiError::with_message(
            ErrorCode::UnsupportedOperation,
            format!("This action is not supported with the parameter \"{name}\". Leave it out."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{ActionName, Limits};

    fn params(name: &str, value: &str) -> Params {
        let mut params = Params::new();
        params.insert(name, value).unwrap();
        params
    }

    #[test]
    fn base64_is_strict() {
        let read = |text: &str| required_base64(&params("Plaintext", text), "Plaintext", 8);
        assert_eq!(*read("aGVsbG8=").unwrap(), b"hello");
        for bad in [
            "aGVs bG8=",
            " aGVsbG8=",
            "aGVsbG8",
            "aGVsbG9=",
            "aGVsbG8==",
            "aGVs_-8=",
            "====",
            "\u{e9}",
        ] {
            let error = read(bad).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidParameter, "{bad}");
            assert!(error.message().contains("\"Plaintext\""), "{bad}");
        }
        assert_eq!(read("").unwrap_err().code(), ErrorCode::MissingParameter);
    }

    #[test]
    fn the_length_limit_is_on_the_decoded_bytes() {
        let read =
            |len: usize| required_base64(&params("P", &STANDARD.encode(vec![0; len])), "P", 4096);
        assert_eq!(read(4096).unwrap().len(), 4096);
        assert!(read(4097).unwrap_err().message().contains("at most 4096 bytes"));
        assert!(read(1 << 20).is_err());
    }

    #[test]
    fn alias_names_need_their_prefix_and_may_not_be_reserved() {
        for action in [ActionName::CreateAlias, ActionName::UpdateAlias] {
            let read = |name: &str| {
                let text = format!("KeyId=k&AliasName={name}");
                let params = Params::decode(text.as_bytes()).unwrap();
                action.validate(&params, &Limits::default())
            };
            assert_eq!(read("alias/a"), Ok(()), "{action:?}");
            for (name, code) in [
                ("", ErrorCode::MissingParameter),
                ("a", ErrorCode::InvalidParameter),
                ("alias/a%20b", ErrorCode::InvalidParameter),
                ("alias/acs/oss", ErrorCode::InvalidParameter),
            ] {
                let error = read(name).unwrap_err();
                assert_eq!(error.code(), code, "{action:?} {name}");
                assert!(error.message().contains("\"AliasName\""), "{action:?} {name}");
            }
        }
    }

    #[test]
    fn number_of_bytes_overrides_key_spec() {
        let read = |text: &str| data_key_len(&Params::decode(text.as_bytes()).unwrap());
        assert_eq!(read("").unwrap(), 32);
        assert_eq!(read("KeySpec=AES_128").unwrap(), 16);
        assert_eq!(read("KeySpec=AES_256&NumberOfBytes=1").unwrap(), 1);
        assert_eq!(read("KeySpec=other&NumberOfBytes=1024").unwrap(), 1024);
        for bad in ["NumberOfBytes=0", "NumberOfBytes=1025", "NumberOfBytes=-1", "KeySpec=AES_192"]
        {
            assert_eq!(read(bad).unwrap_err().code(), ErrorCode::InvalidParameter, "{bad}");
        }
    }

    #[test]
    fn descriptions_count_characters() {
        let read = |count: usize| description(&params("Description", &"é".repeat(count)));
        assert_eq!(read(8192).unwrap().chars().count(), 8192);
        assert!(read(8193).is_err());
    }

    #[test]
    fn secret_bytes_serialize_and_do_not_print() {
        let secret = SecretBytes::from(Zeroizing::new(b"hello".to_vec()));
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"aGVsbG8=\"");
        assert_eq!(format!("{secret:?}"), "SecretBytes(5 bytes)");
    }
}
