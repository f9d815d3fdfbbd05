// SPDX-License-Identifier: Apache-2.0
//! DisableKeyRotation.

use serde::Deserialize;

use super::Form;
use crate::action::{DisableKeyRotation, Empty};
use crate::dialect::aws::words::AwsKey;
use crate::error::ApiError;
use crate::place::Place;

/// Has a key get no new versions by itself any more.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DisableKeyRotationRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
}

impl Form for DisableKeyRotation {
    type Request = DisableKeyRotationRequest;
    type Answer = ();

    fn command(request: DisableKeyRotationRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0 })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
