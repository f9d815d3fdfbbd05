// SPDX-License-Identifier: Apache-2.0
//! EnableKey.

use serde::Deserialize;

use super::Form;
use crate::action::{Empty, EnableKey};
use crate::dialect::aws::words::AwsKey;
use crate::error::ApiError;
use crate::place::Place;

/// Lets a key be used.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct EnableKeyRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
}

impl Form for EnableKey {
    type Request = EnableKeyRequest;
    type Answer = ();

    fn command(request: EnableKeyRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0 })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
