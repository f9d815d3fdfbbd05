// SPDX-License-Identifier: Apache-2.0
//! UpdateAlias: moves a name to another CMK.

use super::fields::user_alias_name;
use super::{Action, ActionName, Empty, Limits, Request};
use crate::error::ApiError;
use crate::id::{AliasName, KeyId};
use crate::key::reference::plain_key_id;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct UpdateAlias;

/// Which name, and the key that it is to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateAliasRequest {
    /// The new key.
    pub key_id: KeyId,
    /// A name that is not kept for service keys.
    pub alias_name: AliasName,
}

impl Action for UpdateAlias {
    const NAME: ActionName = ActionName::UpdateAlias;
    type Request = UpdateAliasRequest;
    type Response = Empty;
}

impl Request for UpdateAliasRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self { key_id: plain_key_id(params)?, alias_name: user_alias_name(params)? })
    }
}
