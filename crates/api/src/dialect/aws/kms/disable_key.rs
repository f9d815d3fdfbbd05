// SPDX-License-Identifier: Apache-2.0
//! DisableKey.

use serde::Deserialize;

use super::Form;
use crate::action::{DisableKey, Empty};
use crate::dialect::aws::words::AwsKey;
use crate::error::ApiError;
use crate::place::Place;

/// Stops every use of a key until it is enabled again.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DisableKeyRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
}

impl Form for DisableKey {
    type Request = DisableKeyRequest;
    type Answer = ();

    fn command(request: DisableKeyRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0 })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
