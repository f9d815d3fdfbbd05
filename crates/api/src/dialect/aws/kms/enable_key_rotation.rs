// SPDX-License-Identifier: Apache-2.0
//! EnableKeyRotation: with AWS 90 to 2,560 days, 365 if absent.

use serde::Deserialize;

use super::Form;
use crate::action::{Empty, EnableKeyRotation};
use crate::dialect::aws::words::AwsKey;
use crate::error::ApiError;
use crate::key::rotation::RotationInterval;
use crate::number::Whole;
use crate::place::Place;

const DEFAULT_DAYS: u32 = 365;

/// Has a key get new versions by itself.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct EnableKeyRotationRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// Days between versions, 90 to 2,560; 365 if absent.
    pub rotation_period_in_days: Option<Whole<90, 2560>>,
}

impl Form for EnableKeyRotation {
    type Request = EnableKeyRotationRequest;
    type Answer = ();

    fn command(request: EnableKeyRotationRequest) -> Result<Self, ApiError> {
        let days = request.rotation_period_in_days.map_or(DEFAULT_DAYS, Whole::get);
        let rotation_interval = RotationInterval::from_days(days)
            .ok_or_else(|| ApiError::internal("days out of range"))?;
        Ok(Self { key: request.key_id.0, rotation_interval })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
