// SPDX-License-Identifier: Apache-2.0
//! AsymmetricVerify: no answer tells why a signature is not good.

use edgekms_api::{
    action::AsymmetricVerify,
    error::{ApiError, ErrorCode},
    key::algorithm::Need,
    kms::asymmetric_verify::AsymmetricVerifyReply,
};

use super::super::{CryptoRule, ReadyKey, failed};
use crate::copies::resolver::Target;

impl CryptoRule for AsymmetricVerify {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: self.version.as_ref() }
    }

    fn need(&self) -> Need {
        Need::Signing(self.algorithm)
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<AsymmetricVerifyReply, ApiError> {
        let version = key.version;
        let verdict = version.key.verify(self.algorithm, self.signed()?, &self.value.0).await;
        let value = verdict.map_err(failed)?;
        if self.demanded && !value {
            return Err(ErrorCode::InvalidSignature.into());
        }
        Ok(AsymmetricVerifyReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            value,
        })
    }
}
