// SPDX-License-Identifier: Apache-2.0
//! AsymmetricEncrypt: under the public key.

use edgekms_api::{
    action::AsymmetricEncrypt, error::ApiError, key::algorithm::Need,
    kms::asymmetric_encrypt::AsymmetricEncryptReply,
};

use super::super::{CryptoRule, ReadyKey};
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
        let ciphertext_blob = key.encrypt(self.algorithm, &self.plaintext, "Plaintext").await?;
        Ok(AsymmetricEncryptReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            ciphertext_blob,
        })
    }
}
