// SPDX-License-Identifier: Apache-2.0
//! CancelKeyDeletion: keeps a CMK that waits for its deletion, and lets it be used again.

use super::{Action, ActionName, Empty, Limits, Request};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::reference::plain_key_id;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct CancelKeyDeletion;

/// Which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelKeyDeletionRequest {
    /// The key.
    pub key_id: KeyId,
}

impl Action for CancelKeyDeletion {
    const NAME: ActionName = ActionName::CancelKeyDeletion;
    type Request = CancelKeyDeletionRequest;
    type Response = Empty;
}

impl Request for CancelKeyDeletionRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self { key_id: plain_key_id(params)? })
    }
}
