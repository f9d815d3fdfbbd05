// SPDX-License-Identifier: Apache-2.0
//! AsymmetricEncrypt: under the public key.

use edgekms_api::{
    action::AsymmetricEncrypt, bytes::CiphertextBlob, error::ApiError, key::algorithm::Need,
    kms::asymmetric_encrypt::AsymmetricEncryptReply,
};

use super::super::{CryptoRule, ReadyKey, failed};
use crate::copies::resolver::Target;

impl CryptoRule for AsymmetricEncrypt {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: self.version.as_ref() }
    }

    fn need(&self) -> Need {
        Need::Encryption(self.algorithm)
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<AsymmetricEncryptReply, ApiError> {
        let version = key.version;
        let max = self.algorithm.plaintext_max_len(version.spec);
        let plaintext = self.plaintext.expose_secret();
        if plaintext.len() > max {
            let remedy = format!(
                "With a key of spec {} and {} it must be at most {max} bytes before base64.",
                version.spec, self.algorithm
            );
            return Err(ApiError::invalid_parameter("Plaintext", remedy));
        }
        let ciphertext = version.key.encrypt(self.algorithm, plaintext).await.map_err(failed)?;
        Ok(AsymmetricEncryptReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            ciphertext_blob: CiphertextBlob(ciphertext),
        })
    }
}
