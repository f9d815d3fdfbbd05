// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyPairWithoutPlaintext: a fresh pair, its private key sealed alone.

use edgekms_api::{
    action::GenerateDataKeyPairWithoutPlaintext, error::ApiError, key::algorithm::Need,
    kms::generate_data_key_pair_without_plaintext::GenerateDataKeyPairWithoutPlaintextReply,
};

use super::super::{CryptoRule, MAKE_LIMIT_MILLIS, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoRule for GenerateDataKeyPairWithoutPlaintext {
    const LIMIT_MILLIS: u32 = MAKE_LIMIT_MILLIS;

    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: None }
    }

    fn need(&self) -> Need {
        Need::Symmetric
    }

    async fn run(
        &self,
        key: &ReadyKey<'_>,
    ) -> Result<GenerateDataKeyPairWithoutPlaintextReply, ApiError> {
        let version = key.version;
        let pair = key.make_pair(self.key_pair_spec, &self.context).await?;
        Ok(GenerateDataKeyPairWithoutPlaintextReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            private_key_ciphertext_blob: pair.sealed,
            public_key: pair.public_key,
        })
    }
}
