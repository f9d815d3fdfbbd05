// SPDX-License-Identifier: Apache-2.0
//! RotateKeyOnDemand.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::RotateKeyOnDemand;
use crate::dialect::aws::words::{AwsKey, key_arn};
use crate::error::ApiError;
use crate::kms::rotate_key_on_demand::RotateKeyOnDemandReply;
use crate::place::Place;

/// Gives a key a new version now.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RotateKeyOnDemandRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
}

/// The key that has it.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RotateKeyOnDemandAnswer {
    /// The key's ARN.
    pub key_id: String,
}

impl Form for RotateKeyOnDemand {
    type Request = RotateKeyOnDemandRequest;
    type Answer = RotateKeyOnDemandAnswer;

    fn command(request: RotateKeyOnDemandRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0 })
    }

    fn answer(&self, reply: RotateKeyOnDemandReply, place: &Place) -> RotateKeyOnDemandAnswer {
        RotateKeyOnDemandAnswer { key_id: key_arn(&reply.key_id, place) }
    }
}
