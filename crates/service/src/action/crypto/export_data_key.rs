// SPDX-License-Identifier: Apache-2.0
//! ExportDataKey: opened by the version that the blob names, and encrypted under the caller's public key.

use edgekms_api::{
    action::ExportDataKey, error::ApiError, key::algorithm::Need,
    kms::export_data_key::ExportDataKeyReply,
};

use super::super::{CryptoRule, ReadyKey, data_key::check_recipient};
use crate::copies::resolver::Target;

impl CryptoRule for ExportDataKey {
    fn check(&self) -> Result<(), ApiError> {
        check_recipient(self.wrapping()?, &self.public_key_blob.0)
    }

    fn target(&self) -> Target<'_> {
        Target::Blob { blob: &self.ciphertext_blob.0, under: None }
    }

    fn need(&self) -> Need {
        Need::Symmetric
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<ExportDataKeyReply, ApiError> {
        let (version, wrapping) = (key.version, self.wrapping()?);
        let data_key = key.open(&self.context, &self.ciphertext_blob).await?;
        wrapping.check_len("CiphertextBlob", data_key.expose_secret().len())?;
        Ok(ExportDataKeyReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            exported_data_key: key.export(wrapping, &self.public_key_blob.0, &data_key).await?,
        })
    }
}
