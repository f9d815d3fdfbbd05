// SPDX-License-Identifier: Apache-2.0
//! `CiphertextBlob`: what a symmetric CMK encrypts to.
//!
//! | field | bytes |
//! |---|---|
//! | key version id, ASCII UUID | 36 |
//! | nonce, random; of other specs than AES-256 what a message's key is derived with | 24 |
//! | ciphertext | as the plaintext |
//! | tag | 16 |
//!
//! `AAD = framed("edgekms/v1/blob", version id, canonical encryption context)`. A 32-byte data key
//! gives 108 bytes, the size that Alibaba's manual states. On the wire it is standard base64.
//!
//! # Security
//! XAES-256-GCM with random nonces, or GCM under keys of single messages (`stores::message_keys`): 2^80
//! ciphertexts under one key version before the random bytes repeat with noticeable probability. The
//! context is authenticated and not stored.

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::KeyVersionId,
};

use super::hierarchy::{NONCE_LEN, TAG_LEN};
use crate::encoding::framed;

const LABEL: &[u8] = b"edgekms/v1/blob";
/// Bytes of the key version id that a blob begins with.
pub const VERSION_ID_LEN: usize = 36;
/// Bytes that a blob adds to its plaintext.
pub const BLOB_OVERHEAD: usize = VERSION_ID_LEN + NONCE_LEN + TAG_LEN;

/// A blob that does not open, whatever the reason: too short, changed, sealed by
/// another key or with another context. One answer for all, so that nothing can be learned from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The ciphertext blob does not open")]
pub struct BlobError;

/// A blob whose key version id has been read and nothing else yet.
#[derive(Debug)]
pub struct ParsedBlob<'a> {
    version_id: KeyVersionId,
    /// Nonce, ciphertext and tag.
    sealed: &'a [u8],
}

impl<'a> ParsedBlob<'a> {
    /// Reads as much of a blob as says which key version sealed it.
    ///
    /// # Errors
    /// [`BlobError`] when it is shorter than the smallest blob or does not begin with a UUID in
    /// lower case.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BlobError> {
        if bytes.len() < BLOB_OVERHEAD {
            return Err(BlobError);
        }
        let (id, sealed) = bytes.split_at_checked(VERSION_ID_LEN).ok_or(BlobError)?;
        let id = std::str::from_utf8(id).map_err(|_| BlobError)?;
        Ok(Self { version_id: id.parse().map_err(|_| BlobError)?, sealed })
    }

    /// The key version that claims to have sealed it; true only once the blob has opened.
    #[must_use]
    pub const fn version_id(&self) -> &KeyVersionId {
        &self.version_id
    }

    /// Nonce, ciphertext and tag.
    #[must_use]
    pub const fn sealed(&self) -> &'a [u8] {
        self.sealed
    }
}

/// The blob of what a version has sealed with [`additional_data`].
#[must_use]
pub fn join(version_id: &KeyVersionId, sealed: &[u8]) -> Vec<u8> {
    [version_id.as_str().as_bytes(), sealed].concat()
}

/// The one answer to a blob that does not open: unknown, changed, of another key, with another
/// context. Which of them it was is nobody's business but the owner's.
#[must_use]
pub fn blob_refused() -> ApiError {
    ApiError::with_message(
        ErrorCode::InvalidCiphertext,
        "The specified parameter \"CiphertextBlob\" is not valid. It must be a blob from this service \
         and region, unchanged, with the EncryptionContext that it was made with.",
    )
}

/// What a blob authenticates besides its plaintext. `context` is an encryption context's canonical bytes.
#[must_use]
pub fn additional_data(version_id: &KeyVersionId, context: &[u8]) -> Vec<u8> {
    framed(&[LABEL, version_id.as_str().as_bytes(), context])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        material::stores::{aes::AesKey, sealing::SealingKey},
        port::key_store::KeyMaterial,
        testing::CountingEntropy,
    };

    const ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

    fn key(byte: u8) -> AesKey {
        AesKey::new(&KeyMaterial::from(vec![byte; 32])).unwrap()
    }

    fn seal(plaintext: &[u8]) -> Vec<u8> {
        let id = ID.parse().unwrap();
        let aad = additional_data(&id, b"ctx");
        join(&id, &key(7).seal(&aad, plaintext, &CountingEntropy::default()).unwrap())
    }

    fn sealed() -> Vec<u8> {
        seal(&[1; 32])
    }

    fn open(key: &AesKey, bytes: &[u8], context: &[u8]) -> Result<Vec<u8>, BlobError> {
        let blob = ParsedBlob::parse(bytes)?;
        let opened = key.open(&additional_data(blob.version_id(), context), blob.sealed());
        opened.map(|opened| opened.to_vec()).ok_or(BlobError)
    }

    #[test]
    fn a_data_key_of_32_bytes_gives_108() {
        assert_eq!(sealed().len(), 108);
    }

    #[test]
    fn a_blob_opens_with_its_key_and_context_only() {
        let blob = sealed();
        assert_eq!(ParsedBlob::parse(&blob).unwrap().version_id().as_str(), ID);
        assert_eq!(open(&key(7), &blob, b"ctx").unwrap(), [1; 32]);
        assert_eq!(open(&key(7), &blob, b"").unwrap_err(), BlobError);
        assert_eq!(open(&key(8), &blob, b"ctx").unwrap_err(), BlobError);
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let bytes = sealed();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            assert_eq!(open(&key(7), &changed, b"ctx").unwrap_err(), BlobError, "byte {index}");
        }
    }

    #[test]
    fn what_is_not_a_blob_is_refused_before_any_key_is_looked_up() {
        let bytes = sealed();
        for bad in [&[][..], &[0], &bytes[..BLOB_OVERHEAD - 1], &[b'x'; 120], &[0xff; 120]] {
            assert_eq!(ParsedBlob::parse(bad).unwrap_err(), BlobError, "{bad:?}");
        }
    }

    #[test]
    fn an_empty_plaintext_gives_the_smallest_blob() {
        let blob = seal(b"");
        assert_eq!(blob.len(), BLOB_OVERHEAD);
        assert!(open(&key(7), &blob, b"ctx").unwrap().is_empty());
    }

    /// Bytes once handed out must open for ever: this blob may never be regenerated. It was made by
    /// Node's `crypto` from the formula above and C2SP's of XAES-256-GCM, not by this code.
    #[test]
    fn a_blob_from_the_first_release_opens() {
        let blob = hex::decode(FIRST_RELEASE).unwrap();
        assert_eq!(open(&key(7), &blob, b"ctx").unwrap(), [1; 32]);
    }

    const FIRST_RELEASE: &str = "30313233343536372d383961622d636465662d303132332d34353637383961626364656600010203\
         0405060708090a0b0c0d0e0f1011121314151617be2d37e5af78ed9652e25dbb43b363d40e0c3fd8\
         52689a838efb0476fd36cb3a94dfb45cfa362ed0d4f5496816316e89";
}
