// SPDX-License-Identifier: Apache-2.0
//! DeleteImportedKeyMaterial: DeleteKeyMaterial.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::{DeleteKeyMaterial, Empty};
use crate::dialect::aws::words::{AwsKey, named_arn};
use crate::error::ApiError;
use crate::place::Place;

/// Deletes the imported material of a key. The key stays, and waits for the same material.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DeleteKeyMaterialRequest {
    /// The key's id or ARN; it must be of Origin EXTERNAL.
    pub key_id: AwsKey,
}

/// The key.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DeleteKeyMaterialAnswer {
    /// Its ARN.
    pub key_id: String,
}

impl Form for DeleteKeyMaterial {
    type Request = DeleteKeyMaterialRequest;
    type Answer = DeleteKeyMaterialAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["KeyMaterialId"];

    fn command(request: DeleteKeyMaterialRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0 })
    }

    fn answer(&self, _: Empty, place: &Place) -> DeleteKeyMaterialAnswer {
        DeleteKeyMaterialAnswer { key_id: named_arn(&self.key, place) }
    }
}
