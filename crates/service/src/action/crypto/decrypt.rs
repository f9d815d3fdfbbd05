// SPDX-License-Identifier: Apache-2.0
//! Decrypt: what a blob holds, opened by the version that it names.

use edgekms_api::{
    action::Decrypt, error::ApiError, key::algorithm::Need, kms::decrypt::DecryptReply,
};

use super::super::{CryptoRule, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoRule for Decrypt {
    fn target(&self) -> Target<'_> {
        Target::Blob { blob: &self.ciphertext_blob.0, under: self.under.as_ref() }
    }

    fn need(&self) -> Need {
        Need::Symmetric
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<DecryptReply, ApiError> {
        let version = key.version;
        Ok(DecryptReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            plaintext: key.open(&self.context, &self.ciphertext_blob).await?,
        })
    }
}
