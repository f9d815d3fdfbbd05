// SPDX-License-Identifier: Apache-2.0
//! DeleteAlias.

use serde::Deserialize;

use super::Form;
use crate::action::{DeleteAlias, Empty};
use crate::error::ApiError;
use crate::id::AliasName;
use crate::place::Place;

/// Removes a name. The key stays.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DeleteAliasRequest {
    /// The name, with its prefix.
    pub alias_name: AliasName,
}

impl Form for DeleteAlias {
    type Request = DeleteAliasRequest;
    type Answer = ();

    fn command(request: DeleteAliasRequest) -> Result<Self, ApiError> {
        Ok(Self { alias_name: request.alias_name })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
