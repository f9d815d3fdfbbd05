// SPDX-License-Identifier: Apache-2.0
//! CreateAlias.

use serde::Deserialize;

use super::Form;
use crate::action::{CreateAlias, Empty};
use crate::dialect::aws::words::{AwsKey, not_of_aws};
use crate::error::ApiError;
use crate::id::AliasName;
use crate::place::Place;

/// Gives a key another name.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateAliasRequest {
    /// The name, with its prefix: `alias/photos`; not beginning with `alias/aws/`.
    pub alias_name: AliasName,
    /// The key's id or ARN.
    pub target_key_id: AwsKey,
}

impl Form for CreateAlias {
    type Request = CreateAliasRequest;
    type Answer = ();

    fn command(request: CreateAliasRequest) -> Result<Self, ApiError> {
        let alias_name = not_of_aws(request.alias_name)?;
        Ok(Self { key: request.target_key_id.0, alias_name })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
