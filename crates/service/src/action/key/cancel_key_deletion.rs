// SPDX-License-Identifier: Apache-2.0
//! CancelKeyDeletion: a key that was to be deleted is enabled again, whatever it was before (wire
//! reference, section 2.6), or disabled, as its caller's cloud has it.

use edgekms_api::{
    action::{CancelKeyDeletion, Empty},
    error::ApiError,
    key::KeyState,
    kms::cancel_key_deletion::Becomes,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::{
    keyring::{job::KeyringJob, state::Use},
    object::agenda::JobChange,
};

impl KeyringRule for CancelKeyDeletion {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::CancelDeletion)?;
        let key_id = key.key_id.clone();
        let kept = key.changed(|key| {
            key.state = match self.becomes {
                _ if !key.has_material() => KeyState::PendingImport,
                Becomes::Enabled => KeyState::Enabled,
                Becomes::Disabled => KeyState::Disabled,
            };
            key.delete_at = None;
        });
        let job = KeyringJob::DeleteKey(key_id.clone()).name();
        Ok(Decision::change_key(Empty {}, kept).with_job(JobChange::Remove { name: job }))
    }
}
