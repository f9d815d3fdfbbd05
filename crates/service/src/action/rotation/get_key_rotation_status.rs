// SPDX-License-Identifier: Apache-2.0
//! GetKeyRotationStatus.

use edgekms_api::{
    action::GetKeyRotationStatus,
    error::ApiError,
    key::{AutomaticRotation, rotation::RotationInterval},
    kms::get_key_rotation_status::GetKeyRotationStatusReply,
    time::Timestamp,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::state::Use;

impl KeyringRule for GetKeyRotationStatus {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<GetKeyRotationStatusReply>, ApiError> {
        let key = context.key_for(&self.key, Use::Look)?;
        key.kind().check_rotates()?;
        let comes = key.automatic_rotation() == AutomaticRotation::Enabled;
        let reply = GetKeyRotationStatusReply {
            rotation_interval: key.rotation_secs.and_then(RotationInterval::from_secs),
            next_rotation_date: key
                .next_rotation()
                .filter(|_| comes)
                .map(Timestamp::from_unix_secs),
            key_id: key.key_id.clone(),
        };
        Ok(Decision::look(reply, Some(key.key_id)))
    }
}
