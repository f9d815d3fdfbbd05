// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyPair: a fresh pair, its private key plain and sealed.

use edgekms_api::{
    action::GenerateDataKeyPair, error::ApiError, key::algorithm::Need,
    kms::generate_data_key_pair::GenerateDataKeyPairReply,
};

use super::super::{CryptoRule, MAKE_LIMIT_MILLIS, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoRule for GenerateDataKeyPair {
    const LIMIT_MILLIS: u32 = MAKE_LIMIT_MILLIS;

    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: None }
    }

    fn need(&self) -> Need {
        Need::Symmetric
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<GenerateDataKeyPairReply, ApiError> {
        let version = key.version;
        let pair = key.make_pair(self.key_pair_spec, &self.context).await?;
        Ok(GenerateDataKeyPairReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            private_key_ciphertext_blob: pair.sealed,
            private_key_plaintext: pair.private_key,
            public_key: pair.public_key,
        })
    }
}
