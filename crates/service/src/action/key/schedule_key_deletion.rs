// SPDX-License-Identifier: Apache-2.0
//! ScheduleKeyDeletion: a key may not be used from now on, and after the waiting time it is deleted
//! with its material, for ever. Until then CancelKeyDeletion brings it back.

use edgekms_api::{
    action::ScheduleKeyDeletion,
    error::{ApiError, ErrorCode},
    key::KeyState,
    kms::schedule_key_deletion::ScheduleKeyDeletionReply,
    time::Timestamp,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::{
    keyring::{job::KeyringJob, state::Use},
    object::agenda::JobChange,
};

const SECS_A_DAY: i64 = 24 * 60 * 60;

impl KeyringRule for ScheduleKeyDeletion {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<ScheduleKeyDeletionReply>, ApiError> {
        let key = context.key_for(&self.key, Use::ScheduleDeletion)?;
        if key.deletion_protection.is_some() {
            return Err(ApiError::with_message(
                ErrorCode::RejectedStateModifiedFailed,
                "The key is protected from deletion. Take the protection off first, with \
                 SetDeletionProtection.",
            ));
        }
        let key_id = key.key_id.clone();
        let days = i64::from(self.pending_window_in_days.get());
        let delete_at = context.now_secs.saturating_add(days * SECS_A_DAY);
        let pending = key.changed(|key| {
            key.state = KeyState::PendingDeletion;
            key.delete_at = Some(delete_at);
        });
        let delete_date = self.dated.then(|| Timestamp::from_unix_secs(delete_at));
        let job = KeyringJob::DeleteKey(key_id).name();
        Ok(Decision::change_key(ScheduleKeyDeletionReply { delete_date }, pending)
            .with_job(JobChange::put(job, delete_at.saturating_mul(1000))))
    }
}
