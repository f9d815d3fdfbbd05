// SPDX-License-Identifier: Apache-2.0
//! The header: which CMKs wrapped the data key, under which encryption context, for which algorithm.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use subtle::ConstantTimeEq;

use crate::{
    algorithm::{Algorithm, GCM_IV_LEN, TAG_LEN},
    cipher,
    context::EncryptionContext,
    error::{Error, malformed},
    key::{DataKey, EncryptedDataKey},
    layout::{push_counted, push_len},
};

/// The only version of the format.
pub const VERSION: u32 = 1;

/// Bounds of what is read, against messages that only cost their readers.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most encrypted data keys of a message: each may become a call to a KMS.
    pub max_encrypted_data_keys: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_encrypted_data_keys: 100 }
    }
}

/// All of a header that its tag authenticates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    algorithm: Algorithm,
    encrypted_data_keys: Vec<EncryptedDataKey>,
    context: EncryptionContext,
}

impl Fields {
    /// Fields for a message to be written.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there is no wrapped data key, or one CMK has two.
    pub fn new(
        algorithm: Algorithm,
        encrypted_data_keys: Vec<EncryptedDataKey>,
        context: EncryptionContext,
    ) -> Result<Self, Error> {
        Self::sorted(algorithm, encrypted_data_keys, context).map_err(|broken| match broken {
            Broken::NoKey => {
                Error::InvalidArgument { reason: "a message needs at least one encrypted data key" }
            }
            Broken::KeyTwice => Error::InvalidArgument {
                reason: "the same CMK was given twice; give each CMK once",
            },
        })
    }

    /// Fields that a message has.
    pub(crate) fn read(
        algorithm: u32,
        encrypted_data_keys: Vec<EncryptedDataKey>,
        context: EncryptionContext,
    ) -> Result<Self, Error> {
        let algorithm = Algorithm::from_id(algorithm)?;
        Self::sorted(algorithm, encrypted_data_keys, context).map_err(|broken| match broken {
            Broken::NoKey => malformed("it has no encrypted data key"),
            Broken::KeyTwice => malformed("one CMK has two encrypted data keys"),
        })
    }

    /// The tag is made over the data keys in the order of their ARNs. Two of one CMK have no order, and the SDKs
    /// do not agree on what the tag is then.
    fn sorted(
        algorithm: Algorithm,
        mut encrypted_data_keys: Vec<EncryptedDataKey>,
        context: EncryptionContext,
    ) -> Result<Self, Broken> {
        if encrypted_data_keys.is_empty() {
            return Err(Broken::NoKey);
        }
        encrypted_data_keys.sort_unstable_by(|one, other| one.key_arn.cmp(&other.key_arn));
        if !encrypted_data_keys.is_sorted_by(|one, other| one.key_arn < other.key_arn) {
            return Err(Broken::KeyTwice);
        }
        Ok(Self { algorithm, encrypted_data_keys, context })
    }

    /// What the content is encrypted by.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The wrapped forms of the data key, in the order of their ARNs; at least one, no ARN twice.
    #[must_use]
    pub fn encrypted_data_keys(&self) -> &[EncryptedDataKey] {
        &self.encrypted_data_keys
    }

    /// The encryption context.
    #[must_use]
    pub fn context(&self) -> &EncryptionContext {
        &self.context
    }

    /// What the header's tag is made over. The data keys are in it as base64, as the KMS gave them.
    fn authenticated(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = VERSION.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.algorithm.id.to_be_bytes());
        push_len(&mut bytes, self.context.len())?;
        bytes.extend_from_slice(&self.context.to_bytes()?);
        push_len(&mut bytes, self.encrypted_data_keys.len())?;
        for key in &self.encrypted_data_keys {
            push_counted(&mut bytes, key.key_arn.as_bytes())?;
            push_counted(&mut bytes, STANDARD.encode(&key.ciphertext_blob).as_bytes())?;
        }
        Ok(bytes)
    }

    fn tag(&self, key: &DataKey, iv: &[u8; GCM_IV_LEN]) -> Result<[u8; TAG_LEN], Error> {
        cipher::gcm_seal(self.algorithm.cipher, key, iv, &self.authenticated()?, &mut [])
    }
}

enum Broken {
    NoKey,
    KeyTwice,
}

/// A header as it stands in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub(crate) fields: Fields,
    pub(crate) iv: [u8; GCM_IV_LEN],
    pub(crate) tag: [u8; TAG_LEN],
}

impl Header {
    /// Authenticates `fields` by the data key.
    ///
    /// # Security
    /// `iv` must be used for nothing else under this data key.
    pub(crate) fn seal(fields: Fields, key: &DataKey, iv: [u8; GCM_IV_LEN]) -> Result<Self, Error> {
        let tag = fields.tag(key, &iv)?;
        Ok(Self { fields, iv, tag })
    }

    /// Whether this data key made the header.
    pub(crate) fn verify(&self, key: &DataKey) -> Result<(), Error> {
        let expected = self.fields.tag(key, &self.iv)?;
        if bool::from(expected.ct_eq(&self.tag)) { Ok(()) } else { Err(Error::HeaderNotAuthentic) }
    }
}

/// The ARN of a wrapped data key, which is a text.
pub(crate) fn arn(bytes: &[u8]) -> Result<String, Error> {
    let arn = std::str::from_utf8(bytes).map_err(|_| malformed("a CMK's ARN is not UTF-8"))?;
    Ok(arn.to_owned())
}

/// A field of a fixed length.
pub(crate) fn exactly<const N: usize>(
    bytes: &[u8],
    reason: &'static str,
) -> Result<[u8; N], Error> {
    bytes.try_into().map_err(|_| malformed(reason))
}
