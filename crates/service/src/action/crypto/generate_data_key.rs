// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKey: fresh random bytes, plain and sealed.

use edgekms_api::{
    action::GenerateDataKey, error::ApiError, key::algorithm::Need,
    kms::generate_data_key::GenerateDataKeyReply,
};

use super::super::{CryptoRule, ReadyKey, random};
use crate::copies::resolver::Target;

impl CryptoRule for GenerateDataKey {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: None }
    }

    fn need(&self) -> Need {
        Need::Symmetric
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<GenerateDataKeyReply, ApiError> {
        let version = key.version;
        let plaintext = random(key.entropy, self.len()?)?;
        Ok(GenerateDataKeyReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            ciphertext_blob: key.seal(&self.context, plaintext.expose_secret()).await?,
            plaintext,
        })
    }
}
