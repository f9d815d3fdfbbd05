// SPDX-License-Identifier: Apache-2.0
//! CreateKeyVersion: a new pair for an asymmetric key.

use edgekms_api::{
    action::CreateKeyVersion,
    error::ApiError,
    kms::{create_key_version::CreateKeyVersionReply, list_key_rotations::RotationType},
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{
    prepared::{Prepared, Preparing},
    rotation,
    state::Use,
};

impl KeyringRule for CreateKeyVersion {
    async fn prepare(&self, preparing: &Preparing<'_>) -> Result<Option<Prepared>, ApiError> {
        preparing.new_version(&self.key).await.map(Some)
    }

    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<CreateKeyVersionReply>, ApiError> {
        let key = context.key_for(&self.key, Use::Cryptography)?;
        rotation::check_asymmetric(&key, context.now_secs)?;
        let version = context.new_version(key.spec)?;
        let turned = context.turn().over(key, version, RotationType::OnDemand)?;
        let reply = CreateKeyVersionReply { key_version: turned.version.row() };
        Ok(Decision::change(reply, turned.key.key_id, turned.changes))
    }
}
