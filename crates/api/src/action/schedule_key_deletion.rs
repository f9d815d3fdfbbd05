// SPDX-License-Identifier: Apache-2.0
//! ScheduleKeyDeletion: keeps a CMK from being used, and deletes it when a time of grace is over.

use super::{Action, ActionName, Empty, Limits, Request};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::reference::plain_key_id;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct ScheduleKeyDeletion;

/// Which key, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleKeyDeletionRequest {
    /// The key.
    pub key_id: KeyId,
    /// Days in which CancelKeyDeletion can still save it, 7 to 366.
    pub pending_window_in_days: u32,
}

impl Action for ScheduleKeyDeletion {
    const NAME: ActionName = ActionName::ScheduleKeyDeletion;
    type Request = ScheduleKeyDeletionRequest;
    type Response = Empty;
}

impl Request for ScheduleKeyDeletionRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        const WINDOW: &str = "PendingWindowInDays";
        let key_id = plain_key_id(params)?;
        let pending_window_in_days =
            params.integer(WINDOW, 7..=366)?.ok_or_else(|| ApiError::missing_parameter(WINDOW))?;
        Ok(Self { key_id, pending_window_in_days })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn the_window_is_7_to_366_days_and_has_no_default() {
        let read = |days: &str| {
            let text = format!("KeyId=k&PendingWindowInDays={days}");
            let params = Params::decode(text.as_bytes()).unwrap();
            ScheduleKeyDeletionRequest::from_params(&params, &Limits::default())
        };
        for (text, days) in [("7", 7), ("366", 366)] {
            assert_eq!(read(text).unwrap().pending_window_in_days, days);
        }
        for (days, code) in [
            ("", ErrorCode::MissingParameter),
            ("6", ErrorCode::InvalidParameter),
            ("367", ErrorCode::InvalidParameter),
            ("-7", ErrorCode::InvalidParameter),
            ("7.5", ErrorCode::InvalidParameter),
        ] {
            let error = read(days).unwrap_err();
            assert_eq!(error.code(), code, "{days}");
            assert!(error.message().contains("\"PendingWindowInDays\""), "{days}");
        }
    }
}
