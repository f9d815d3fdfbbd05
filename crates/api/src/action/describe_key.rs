// SPDX-License-Identifier: Apache-2.0
//! DescribeKey: tells about a CMK.

use serde::Serialize;

use super::{Action, ActionName, Limits, Request};
use crate::error::ApiError;
use crate::key::{KeyMetadata, KeyReference};
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct DescribeKey;

/// Which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeKeyRequest {
    /// The key.
    pub key: KeyReference,
}

/// What the service tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeKeyResponse {
    /// The key, with its deletion protection.
    pub key_metadata: KeyMetadata,
}

impl Action for DescribeKey {
    const NAME: ActionName = ActionName::DescribeKey;
    type Request = DescribeKeyRequest;
    type Response = DescribeKeyResponse;
}

impl Request for DescribeKeyRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self { key: params.required_parsed("KeyId")? })
    }
}
