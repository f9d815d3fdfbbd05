// SPDX-License-Identifier: Apache-2.0
//! ScheduleKeyDeletion: with AWS 7 to 30 days, 30 if absent, and the date is told.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::ScheduleKeyDeletion;
use crate::dialect::aws::words::{AwsKey, UnixTime, Word, named_arn};
use crate::error::ApiError;
use crate::key::KeyState;
use crate::kms::schedule_key_deletion::ScheduleKeyDeletionReply;
use crate::number::Whole;
use crate::place::Place;

const DEFAULT_DAYS: u32 = 30;

/// Stops every use of a key and deletes it after some days.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ScheduleKeyDeletionRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// Days in which CancelKeyDeletion can still save it, 7 to 30; 30 if absent.
    pub pending_window_in_days: Option<Whole<7, 30>>,
}

/// When the key will be deleted.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ScheduleKeyDeletionAnswer {
    /// The key's ARN.
    pub key_id: String,
    /// The moment after which it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_date: Option<UnixTime>,
    /// PendingDeletion.
    pub key_state: Word,
    /// As asked.
    pub pending_window_in_days: u32,
}

impl Form for ScheduleKeyDeletion {
    type Request = ScheduleKeyDeletionRequest;
    type Answer = ScheduleKeyDeletionAnswer;

    fn command(request: ScheduleKeyDeletionRequest) -> Result<Self, ApiError> {
        let days = request.pending_window_in_days.map_or(DEFAULT_DAYS, Whole::get);
        let days = Whole::new(days).ok_or_else(|| ApiError::internal("days out of range"))?;
        Ok(Self { key: request.key_id.0, pending_window_in_days: days, dated: true })
    }

    fn answer(&self, reply: ScheduleKeyDeletionReply, place: &Place) -> ScheduleKeyDeletionAnswer {
        ScheduleKeyDeletionAnswer {
            key_id: named_arn(&self.key, place),
            deletion_date: reply.delete_date.map(UnixTime),
            key_state: KeyState::PendingDeletion.as_str().into(),
            pending_window_in_days: self.pending_window_in_days.get(),
        }
    }
}
