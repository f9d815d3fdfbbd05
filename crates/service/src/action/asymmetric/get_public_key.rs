// SPDX-License-Identifier: Apache-2.0
//! GetPublicKey: as it was stored beside the private key, which authenticates it.

use edgekms_api::{
    action::GetPublicKey,
    error::ApiError,
    key::{algorithm::Need, public_key::PublicKey},
    kms::get_public_key::GetPublicKeyReply,
};

use super::super::{CryptoRule, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoRule for GetPublicKey {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: self.version.as_ref() }
    }

    fn need(&self) -> Need {
        Need::PublicKey
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<GetPublicKeyReply, ApiError> {
        let version = key.version;
        let public_key = version.public_key.clone();
        let public_key =
            public_key.ok_or_else(|| ApiError::internal("an asymmetric key has no public half"))?;
        Ok(GetPublicKeyReply {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            public_key: PublicKey(public_key),
            kind: self.kind.then_some((version.spec, version.usage)),
        })
    }
}
