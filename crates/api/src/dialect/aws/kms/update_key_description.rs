// SPDX-License-Identifier: Apache-2.0
//! UpdateKeyDescription.

use serde::Deserialize;

use super::Form;
use crate::action::{Empty, UpdateKeyDescription};
use crate::dialect::aws::words::AwsKey;
use crate::error::ApiError;
use crate::key::Description;
use crate::place::Place;

/// Replaces a key's description.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct UpdateKeyDescriptionRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// At most 8,192 characters; may be empty.
    pub description: Description,
}

impl Form for UpdateKeyDescription {
    type Request = UpdateKeyDescriptionRequest;
    type Answer = ();

    fn command(request: UpdateKeyDescriptionRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0, description: request.description })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
