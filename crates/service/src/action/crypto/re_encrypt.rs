// SPDX-License-Identifier: Apache-2.0
//! ReEncrypt: opened by one key and sealed by another, which are ready at one moment.

use edgekms_api::{
    action::ReEncrypt, error::ApiError, key::algorithm::Need, kms::re_encrypt::ReEncryptReply,
};

use super::super::{CryptoRule, ReadyKey, Wanted};
use crate::copies::resolver::Target;

impl CryptoRule for ReEncrypt {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.destination, version: None }
    }

    fn need(&self) -> Need {
        self.destination_algorithm.map_or(Need::Symmetric, Need::Encryption)
    }

    fn source(&self) -> Option<Wanted<'_>> {
        let named = self.source_algorithm.zip(self.source.as_ref());
        Some(match named {
            Some((algorithm, key)) => Wanted {
                target: Target::Key { key, version: self.source_version.as_ref() },
                need: Need::Encryption(algorithm),
            },
            None => Wanted {
                target: Target::Blob { blob: &self.ciphertext_blob.0, under: self.source.as_ref() },
                need: Need::Symmetric,
            },
        })
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<ReEncryptReply, ApiError> {
        let source = key.source()?;
        let plaintext = match self.source_algorithm {
            Some(algorithm) => source.decrypt(algorithm, &self.ciphertext_blob).await?,
            None => source.open(&self.source_encryption_context, &self.ciphertext_blob).await?,
        };
        let context = &self.destination_encryption_context;
        let ciphertext_blob = match self.destination_algorithm {
            Some(algorithm) => key.encrypt(algorithm, &plaintext, "CiphertextBlob").await?,
            None => key.seal(context, plaintext.expose_secret()).await?,
        };
        Ok(ReEncryptReply {
            ciphertext_blob,
            key_id: source.version.key_id.clone(),
            key_version_id: source.version.version_id.clone(),
            destination: Some(key.version.key_id.clone()),
            source_place: Some(source.version.place.clone()),
        })
    }
}
