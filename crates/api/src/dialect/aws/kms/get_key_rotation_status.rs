// SPDX-License-Identifier: Apache-2.0
//! GetKeyRotationStatus.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::GetKeyRotationStatus;
use crate::dialect::aws::words::{AwsKey, UnixTime, key_arn};
use crate::error::ApiError;
use crate::kms::get_key_rotation_status::GetKeyRotationStatusReply;
use crate::place::Place;

/// Tells whether a key gets new versions by itself.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetKeyRotationStatusRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
}

/// Its rotation.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetKeyRotationStatusAnswer {
    /// The key's ARN.
    pub key_id: String,
    /// Whether new versions come by themselves.
    pub key_rotation_enabled: bool,
    /// Whole days between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_period_in_days: Option<u32>,
    /// When the next one comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_rotation_date: Option<UnixTime>,
}

impl Form for GetKeyRotationStatus {
    type Request = GetKeyRotationStatusRequest;
    type Answer = GetKeyRotationStatusAnswer;

    fn command(request: GetKeyRotationStatusRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0 })
    }

    fn answer(
        &self,
        reply: GetKeyRotationStatusReply,
        place: &Place,
    ) -> GetKeyRotationStatusAnswer {
        GetKeyRotationStatusAnswer {
            key_id: key_arn(&reply.key_id, place),
            key_rotation_enabled: reply.rotation_interval.is_some(),
            rotation_period_in_days: reply.rotation_interval.map(|interval| interval.days()),
            next_rotation_date: reply.next_rotation_date.map(UnixTime),
        }
    }
}
