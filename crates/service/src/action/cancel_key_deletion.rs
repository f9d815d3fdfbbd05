// SPDX-License-Identifier: Apache-2.0
//! CancelKeyDeletion: a key that was to be deleted is enabled again, whatever it was before (wire
//! reference, section 2.6).

use edgekms_api::{
    action::{CancelKeyDeletion, Empty, cancel_key_deletion::CancelKeyDeletionRequest},
    error::ApiError,
    key::KeyState,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::{
    keyring::{job::KeyringJob, state::Use, store::Change},
    object::agenda::JobChange,
};

impl KeyringAction for CancelKeyDeletion {
    fn decide(
        request: CancelKeyDeletionRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&request.key_id, Use::CancelDeletion)?;
        let kept = key.changed(|key| {
            key.state = KeyState::Enabled;
            key.delete_at = None;
        });
        let job = KeyringJob::DeleteKey(request.key_id.clone()).name();
        let changes = vec![Change::PutKey(Box::new(kept))];
        Ok(Decision::change(Empty {}, request.key_id, changes)
            .with_job(JobChange::Remove { name: job }))
    }
}
