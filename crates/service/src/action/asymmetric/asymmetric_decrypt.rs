// SPDX-License-Identifier: Apache-2.0
//! AsymmetricDecrypt: one answer for whatever does not open.

use edgekms_api::{
    action::AsymmetricDecrypt, error::ApiError, key::algorithm::Need,
    kms::asymmetric_decrypt::AsymmetricDecryptReply,
};

use super::super::{CryptoRule, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoRule for AsymmetricDecrypt {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: self.version.as_ref() }
    }

    fn need(&self) -> Need {
        Need::Encryption(self.algorithm)
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<AsymmetricDecryptReply, ApiError> {
        let version = key.version;
        Ok(AsymmetricDecryptReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            plaintext: key.decrypt(self.algorithm, &self.ciphertext_blob).await?,
        })
    }
}
