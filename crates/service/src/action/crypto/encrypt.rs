// SPDX-License-Identifier: Apache-2.0
//! Encrypt: the caller's bytes, sealed under the primary version.

use edgekms_api::{
    action::Encrypt, error::ApiError, key::algorithm::Need, kms::encrypt::EncryptReply,
};

use super::super::{CryptoRule, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoRule for Encrypt {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: None }
    }

    fn need(&self) -> Need {
        Need::Symmetric
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<EncryptReply, ApiError> {
        let version = key.version;
        Ok(EncryptReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            ciphertext_blob: key.seal(&self.context, self.plaintext.expose_secret()).await?,
        })
    }
}
