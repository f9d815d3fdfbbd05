// SPDX-License-Identifier: Apache-2.0
//! TagResource.

use serde::Deserialize;

use super::Form;
use crate::action::{Empty, TagResource};
use crate::dialect::aws::words::AwsKey;
use crate::error::ApiError;
use crate::key::Tags;
use crate::place::Place;

/// Puts tags on a key. One that it has already gets the new value.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct TagResourceRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// At most 50, each TagKey once.
    pub tags: Tags,
}

impl Form for TagResource {
    type Request = TagResourceRequest;
    type Answer = ();

    fn command(request: TagResourceRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0, tags: request.tags })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
