// SPDX-License-Identifier: Apache-2.0
//! RotateKeyOnDemand: the next version of a symmetric key, before its time. The next rotation by policy
//! counts from here.

use edgekms_api::{
    action::RotateKeyOnDemand,
    error::ApiError,
    kms::{list_key_rotations::RotationType, rotate_key_on_demand::RotateKeyOnDemandReply},
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{
    prepared::{Prepared, Preparing},
    rotation,
    state::Use,
};

impl KeyringRule for RotateKeyOnDemand {
    async fn prepare(&self, preparing: &Preparing<'_>) -> Result<Option<Prepared>, ApiError> {
        preparing.new_version(&self.key).await.map(Some)
    }

    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<RotateKeyOnDemandReply>, ApiError> {
        let key = context.key_for(&self.key, Use::Cryptography)?;
        key.kind().check_rotates()?;
        let version = context.new_version(key.spec)?;
        let turned = context.turn().over(key, version, RotationType::OnDemand)?;
        let job = rotation::agenda(&turned.key);
        let key_id = turned.key.key_id;
        let reply = RotateKeyOnDemandReply { key_id: key_id.clone() };
        Ok(Decision::change(reply, key_id, turned.changes).with_job(job))
    }
}
