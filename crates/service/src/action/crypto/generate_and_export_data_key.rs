// SPDX-License-Identifier: Apache-2.0
//! GenerateAndExportDataKey: fresh random bytes, sealed, and encrypted under the caller's public key.

use edgekms_api::{
    action::GenerateAndExportDataKey, error::ApiError, key::algorithm::Need,
    kms::generate_and_export_data_key::GenerateAndExportDataKeyReply,
};

use super::super::{CryptoRule, ReadyKey, data_key::check_recipient, random};
use crate::copies::resolver::Target;

impl CryptoRule for GenerateAndExportDataKey {
    fn check(&self) -> Result<(), ApiError> {
        check_recipient(self.wrapping()?, &self.public_key_blob.0)
    }

    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: None }
    }

    fn need(&self) -> Need {
        Need::Symmetric
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<GenerateAndExportDataKeyReply, ApiError> {
        let (version, public_key) = (key.version, &self.public_key_blob.0);
        let data_key = random(key.entropy, self.len()?)?;
        Ok(GenerateAndExportDataKeyReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            ciphertext_blob: key.seal(&self.context, data_key.expose_secret()).await?,
            exported_data_key: key.export(self.wrapping()?, public_key, &data_key).await?,
        })
    }
}
