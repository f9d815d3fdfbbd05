// SPDX-License-Identifier: Apache-2.0
//! DisableKey: keeps a CMK from being used.

use super::{Action, ActionName, Empty, Limits, Request};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::reference::plain_key_id;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct DisableKey;

/// Which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisableKeyRequest {
    /// The key.
    pub key_id: KeyId,
}

impl Action for DisableKey {
    const NAME: ActionName = ActionName::DisableKey;
    type Request = DisableKeyRequest;
    type Response = Empty;
}

impl Request for DisableKeyRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self { key_id: plain_key_id(params)? })
    }
}
