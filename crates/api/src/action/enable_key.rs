// SPDX-License-Identifier: Apache-2.0
//! EnableKey: lets a CMK be used again.

use super::{Action, ActionName, Empty, Limits, Request};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::reference::plain_key_id;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct EnableKey;

/// Which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnableKeyRequest {
    /// The key.
    pub key_id: KeyId,
}

impl Action for EnableKey {
    const NAME: ActionName = ActionName::EnableKey;
    type Request = EnableKeyRequest;
    type Response = Empty;
}

impl Request for EnableKeyRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self { key_id: plain_key_id(params)? })
    }
}
