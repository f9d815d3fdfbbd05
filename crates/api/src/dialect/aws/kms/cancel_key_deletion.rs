// SPDX-License-Identifier: Apache-2.0
//! CancelKeyDeletion: with AWS the key is disabled until somebody enables it.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::{CancelKeyDeletion, Empty};
use crate::dialect::aws::words::{AwsKey, named_arn};
use crate::error::ApiError;
use crate::kms::cancel_key_deletion::Becomes;
use crate::place::Place;

/// Keeps a key that waits for its deletion. It is disabled until it is enabled.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CancelKeyDeletionRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
}

/// Which key was kept.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CancelKeyDeletionAnswer {
    /// The key's ARN.
    pub key_id: String,
}

impl Form for CancelKeyDeletion {
    type Request = CancelKeyDeletionRequest;
    type Answer = CancelKeyDeletionAnswer;

    fn command(request: CancelKeyDeletionRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0, becomes: Becomes::Disabled })
    }

    fn answer(&self, _: Empty, place: &Place) -> CancelKeyDeletionAnswer {
        CancelKeyDeletionAnswer { key_id: named_arn(&self.key, place) }
    }
}
