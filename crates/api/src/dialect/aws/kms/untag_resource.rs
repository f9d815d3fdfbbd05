// SPDX-License-Identifier: Apache-2.0
//! UntagResource.

use serde::Deserialize;

use super::Form;
use crate::action::{Empty, UntagResource};
use crate::dialect::aws::words::AwsKey;
use crate::error::ApiError;
use crate::key::tag::TagKeys;
use crate::place::Place;

/// Takes tags off a key. One that it does not have is passed over.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct UntagResourceRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// At most 50.
    pub tag_keys: TagKeys,
}

impl Form for UntagResource {
    type Request = UntagResourceRequest;
    type Answer = ();

    fn command(request: UntagResourceRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0, tag_keys: request.tag_keys })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
