// SPDX-License-Identifier: Apache-2.0
//! CreateAlias: gives a CMK a name.

use super::fields::user_alias_name;
use super::{Action, ActionName, Empty, Limits, Request};
use crate::error::ApiError;
use crate::id::{AliasName, KeyId};
use crate::key::reference::plain_key_id;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct CreateAlias;

/// Which key, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateAliasRequest {
    /// The key.
    pub key_id: KeyId,
    /// A name that is not kept for service keys.
    pub alias_name: AliasName,
}

impl Action for CreateAlias {
    const NAME: ActionName = ActionName::CreateAlias;
    type Request = CreateAliasRequest;
    type Response = Empty;
}

impl Request for CreateAliasRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self { key_id: plain_key_id(params)?, alias_name: user_alias_name(params)? })
    }
}
