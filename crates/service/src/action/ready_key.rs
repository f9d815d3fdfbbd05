// SPDX-License-Identifier: Apache-2.0
//! What cryptographic rules work with: keys that are ready for use.

use edgekms_api::{
    bytes::{CiphertextBlob, SecretBytes},
    context::EncryptionContext,
    error::{ApiError, ErrorCode},
    key::algorithm::EncryptionAlgorithm,
};

use crate::{
    copies::cache::LoadedVersion,
    keyring::stored,
    material::{
        blob::{self, ParsedBlob, blob_refused},
        stores::KeyStores,
    },
    port::{Entropy, key_store::StoreError},
};

/// A key that is resolved, permitted and in a state for use.
pub struct ReadyKey<'a> {
    /// The version to use, with its key's id.
    pub version: &'a LoadedVersion,
    /// The version to read from, if the command does.
    pub source: Option<&'a LoadedVersion>,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Who makes keys and encrypts under those of others.
    pub stores: &'a KeyStores,
}

impl ReadyKey<'_> {
    /// The key to read from, as a key.
    pub(super) fn source(&self) -> Result<Self, ApiError> {
        let version = self.source.ok_or_else(|| ApiError::internal("no key to read from"))?;
        Ok(Self { version, source: None, ..*self })
    }

    /// Decrypts with the private key.
    pub(super) async fn decrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &CiphertextBlob,
    ) -> Result<SecretBytes, ApiError> {
        let opened = self.version.key.decrypt(algorithm, &ciphertext.0).await;
        opened.map(SecretBytes::from).map_err(failed)
    }

    /// Encrypts under the public key. `parameter` is where the plaintext is from.
    pub(super) async fn encrypt(
        &self,
        algorithm: EncryptionAlgorithm,
        plaintext: &SecretBytes,
        parameter: &str,
    ) -> Result<CiphertextBlob, ApiError> {
        let LoadedVersion { spec, key, .. } = self.version;
        let max = algorithm.plaintext_max_len(*spec);
        let plaintext = plaintext.expose_secret();
        if plaintext.len() > max {
            let remedy = format!(
                "With a key of spec {spec} and {algorithm} it must be at most {max} bytes before \
                 base64."
            );
            return Err(ApiError::invalid_parameter(parameter, remedy));
        }
        key.encrypt(algorithm, plaintext).await.map(CiphertextBlob).map_err(failed)
    }

    pub(super) async fn seal(
        &self,
        context: &EncryptionContext,
        plaintext: &[u8],
    ) -> Result<CiphertextBlob, ApiError> {
        let LoadedVersion { version_id, key, .. } = self.version;
        let aad = blob::additional_data(version_id, &context.to_canonical_bytes());
        let sealed = key.seal(&aad, plaintext).await.map_err(failed)?;
        Ok(CiphertextBlob(blob::join(version_id, &sealed)))
    }

    pub(super) async fn open(
        &self,
        context: &EncryptionContext,
        blob: &CiphertextBlob,
    ) -> Result<SecretBytes, ApiError> {
        let parsed = ParsedBlob::parse(&blob.0).map_err(|_| blob_refused())?;
        let aad = blob::additional_data(parsed.version_id(), &context.to_canonical_bytes());
        match self.version.key.open(&aad, parsed.sealed()).await {
            Ok(opened) => Ok(SecretBytes::from(opened)),
            Err(StoreError::Refused) => Err(blob_refused()),
            Err(error) => Err(failed(error)),
        }
    }
}

/// What a store's failure is to a caller.
pub(super) fn failed(error: StoreError) -> ApiError {
    match error {
        StoreError::Refused => ciphertext_refused(),
        StoreError::Unavailable(error) => stored(error),
        // The key's kind was looked at before.
        StoreError::NotOffered => ApiError::internal(error),
    }
}

/// The one answer to a ciphertext under a public key that does not open, whatever the reason.
pub(super) fn ciphertext_refused() -> ApiError {
    ApiError::with_message(
        ErrorCode::InvalidCiphertext,
        "The specified parameter \"CiphertextBlob\" is not valid. It must be what was encrypted under \
         this key version's public key with this Algorithm, unchanged.",
    )
}
