// SPDX-License-Identifier: Apache-2.0
//! AsymmetricSign: a digest, or a message whose digest it is, signed with the private key.

use edgekms_api::{
    action::AsymmetricSign, bytes::Octets, error::ApiError, key::algorithm::Need,
    kms::asymmetric_sign::AsymmetricSignReply,
};

use super::super::{CryptoRule, ReadyKey, failed};
use crate::copies::resolver::Target;

impl CryptoRule for AsymmetricSign {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: self.version.as_ref() }
    }

    fn need(&self) -> Need {
        Need::Signing(self.algorithm)
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<AsymmetricSignReply, ApiError> {
        let version = key.version;
        let signature = version.key.sign(self.algorithm, self.signed()?).await.map_err(failed)?;
        Ok(AsymmetricSignReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            value: Octets(signature),
        })
    }
}
