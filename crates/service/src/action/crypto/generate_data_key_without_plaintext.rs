// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyWithoutPlaintext: fresh random bytes, sealed alone.

use edgekms_api::{
    action::GenerateDataKeyWithoutPlaintext, error::ApiError, key::algorithm::Need,
    kms::generate_data_key_without_plaintext::GenerateDataKeyWithoutPlaintextReply,
};

use super::super::{CryptoRule, ReadyKey, random};
use crate::copies::resolver::Target;

impl CryptoRule for GenerateDataKeyWithoutPlaintext {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: None }
    }

    fn need(&self) -> Need {
        Need::Symmetric
    }

    async fn run(
        &self,
        key: &ReadyKey<'_>,
    ) -> Result<GenerateDataKeyWithoutPlaintextReply, ApiError> {
        let version = key.version;
        let plaintext = random(key.entropy, self.len()?)?;
        Ok(GenerateDataKeyWithoutPlaintextReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            ciphertext_blob: key.seal(&self.context, plaintext.expose_secret()).await?,
        })
    }
}
