// SPDX-License-Identifier: Apache-2.0
//! DeleteAlias: takes a name from a CMK. The key stays.

use super::{Action, ActionName, Empty, Limits, Request};
use crate::error::ApiError;
use crate::id::AliasName;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct DeleteAlias;

/// Which name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteAliasRequest {
    /// The name.
    pub alias_name: AliasName,
}

impl Action for DeleteAlias {
    const NAME: ActionName = ActionName::DeleteAlias;
    type Request = DeleteAliasRequest;
    type Response = Empty;
}

impl Request for DeleteAliasRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self { alias_name: params.required_parsed("AliasName")? })
    }
}
