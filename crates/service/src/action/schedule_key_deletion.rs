// SPDX-License-Identifier: Apache-2.0
//! ScheduleKeyDeletion: a key may not be used from now on, and after the waiting time it is deleted
//! with its material, for ever. Until then CancelKeyDeletion brings it back.

use edgekms_api::{
    action::{Empty, ScheduleKeyDeletion, schedule_key_deletion::ScheduleKeyDeletionRequest},
    error::ApiError,
    key::KeyState,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::{
    keyring::{job::KeyringJob, state::Use, store::Change},
    object::agenda::JobChange,
};

const SECS_A_DAY: i64 = 24 * 60 * 60;

impl KeyringAction for ScheduleKeyDeletion {
    fn decide(
        request: ScheduleKeyDeletionRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Empty>, ApiError> {
        let ScheduleKeyDeletionRequest { key_id, pending_window_in_days } = request;
        let key = context.key_for(&key_id, Use::ScheduleDeletion)?;
        let delete_at = context.now_secs + i64::from(pending_window_in_days) * SECS_A_DAY;
        let pending = key.changed(|key| {
            key.state = KeyState::PendingDeletion;
            key.delete_at = Some(delete_at);
        });
        let job = KeyringJob::DeleteKey(key_id.clone()).name();
        let changes = vec![Change::PutKey(Box::new(pending))];
        Ok(Decision::change(Empty {}, key_id, changes)
            .with_job(JobChange::put(job, delete_at.saturating_mul(1000))))
    }
}
