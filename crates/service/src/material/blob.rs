// SPDX-License-Identifier: Apache-2.0
//! `CiphertextBlob`: what a symmetric CMK encrypts to.
//!
//! | field | bytes |
//! |---|---|
//! | key version id, ASCII UUID | 36 |
//! | nonce, random | 24 |
//! | ciphertext | as the plaintext |
//! | tag | 16 |
//!
//! `AAD = framed("edgekms/v1/blob", version id, canonical encryption context)`. A 32-byte data key
//! gives 108 bytes, the size that Alibaba's manual states. On the wire it is standard base64.
//!
//! # Security
//! XAES-256-GCM with random nonces: 2^80 ciphertexts under one key version before a nonce repeats
//! with noticeable probability. The context is authenticated and not stored.

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::KeyVersionId,
};
use xaes_256_gcm::{
    Nonce, Xaes256Gcm,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use super::{
    hierarchy::{NONCE_LEN, TAG_LEN, cipher},
    secret::KeyMaterial,
};
use crate::{
    encoding::framed,
    port::{Entropy, EntropyError, entropy::random_bytes},
};

const LABEL: &[u8] = b"edgekms/v1/blob";
/// Bytes of the key version id that a blob begins with.
pub const VERSION_ID_LEN: usize = 36;
/// Bytes that a blob adds to its plaintext.
pub const BLOB_OVERHEAD: usize = VERSION_ID_LEN + NONCE_LEN + TAG_LEN;

/// One version's key material, ready to seal and open blobs.
pub struct BlobKey {
    cipher: Xaes256Gcm,
}

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

impl BlobKey {
    /// Prepares `material` for use.
    #[must_use]
    pub fn new(material: &KeyMaterial) -> Self {
        Self { cipher: cipher(material.expose_secret()) }
    }

    /// Seals `plaintext` under this version and `context`.
    ///
    /// # Errors
    /// [`EntropyError`]: no nonce, no ciphertext.
    pub fn seal(
        &self,
        version_id: &KeyVersionId,
        context: &[u8],
        plaintext: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, EntropyError> {
        let nonce: [u8; NONCE_LEN] = random_bytes(entropy)?;
        let aad = additional_data(version_id, context);
        let payload = Payload { msg: plaintext, aad: &aad };
        // Refused only above GCM's 64 GiB, which no request can hold.
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| EntropyError)?;
        Ok([version_id.as_str().as_bytes(), &nonce, &sealed].concat())
    }

    /// Opens a blob sealed under the same version and an equal `context`.
    ///
    /// # Errors
    /// [`BlobError`], with no detail.
    pub fn open(
        &self,
        blob: &ParsedBlob<'_>,
        context: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, BlobError> {
        let (nonce, sealed) = blob.sealed.split_first_chunk::<NONCE_LEN>().ok_or(BlobError)?;
        let aad = additional_data(&blob.version_id, context);
        let payload = Payload { msg: sealed, aad: &aad };
        let opened = self.cipher.decrypt(&Nonce::from(*nonce), payload);
        opened.map(Zeroizing::new).map_err(|_| BlobError)
    }
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
    pub fn into_version_id(self) -> KeyVersionId {
        self.version_id
    }
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

fn additional_data(version_id: &KeyVersionId, context: &[u8]) -> Vec<u8> {
    framed(&[LABEL, version_id.as_str().as_bytes(), context])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingEntropy;

    const ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

    fn key() -> BlobKey {
        BlobKey::new(&KeyMaterial::from_slice(&[7; 32]).unwrap())
    }

    fn sealed() -> Vec<u8> {
        let entropy = CountingEntropy::default();
        key().seal(&ID.parse().unwrap(), b"ctx", &[1; 32], &entropy).unwrap()
    }

    fn open(key: &BlobKey, bytes: &[u8], context: &[u8]) -> Result<Zeroizing<Vec<u8>>, BlobError> {
        key.open(&ParsedBlob::parse(bytes)?, context)
    }

    #[test]
    fn a_data_key_of_32_bytes_gives_108() {
        assert_eq!(sealed().len(), 108);
    }

    #[test]
    fn a_blob_opens_with_its_key_and_context_only() {
        let blob = sealed();
        assert_eq!(ParsedBlob::parse(&blob).unwrap().into_version_id().as_str(), ID);
        assert_eq!(open(&key(), &blob, b"ctx").unwrap().as_slice(), &[1; 32]);
        assert_eq!(open(&key(), &blob, b"").unwrap_err(), BlobError);
        let other = BlobKey::new(&KeyMaterial::from_slice(&[8; 32]).unwrap());
        assert_eq!(open(&other, &blob, b"ctx").unwrap_err(), BlobError);
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let bytes = sealed();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            assert_eq!(open(&key(), &changed, b"ctx").unwrap_err(), BlobError, "byte {index}");
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
        let entropy = CountingEntropy::default();
        let blob = key().seal(&ID.parse().unwrap(), b"", b"", &entropy).unwrap();
        assert_eq!(blob.len(), BLOB_OVERHEAD);
        assert!(open(&key(), &blob, b"").unwrap().is_empty());
    }

    /// Bytes once handed out must open for ever: this blob may never be regenerated. It was made by
    /// Node's `crypto` from the formula above and C2SP's of XAES-256-GCM, not by this code.
    #[test]
    fn a_blob_from_the_first_release_opens() {
        let blob = hex::decode(FIRST_RELEASE).unwrap();
        assert_eq!(open(&key(), &blob, b"ctx").unwrap().as_slice(), &[1; 32]);
    }

    const FIRST_RELEASE: &str = "30313233343536372d383961622d636465662d303132332d34353637383961626364656600010203\
         0405060708090a0b0c0d0e0f1011121314151617be2d37e5af78ed9652e25dbb43b363d40e0c3fd8\
         52689a838efb0476fd36cb3a94dfb45cfa362ed0d4f5496816316e89";
}
