// SPDX-License-Identifier: Apache-2.0
//! GetParametersForImport: under what material is wrapped to be imported.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::bytes::Octets;
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::KeyReference;
use crate::key::import::{ImportAlgorithm, ImportKeySpec, ImportToken};
use crate::time::Timestamp;

/// Makes a key pair to wrap a CMK's material under, and a token that belongs to both. Each call makes
/// another pair; each is good for 24 hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetParametersForImport {
    /// The key, which must be of Origin EXTERNAL.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// How the material will be wrapped.
    pub wrapping_algorithm: ImportAlgorithm,
    /// The pair that is made.
    pub wrapping_key_spec: ImportKeySpec,
}

/// What to wrap the material with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetParametersForImportReply {
    /// The key's plain id.
    pub key_id: KeyId,
    /// What ImportKeyMaterial takes with the wrapped material.
    pub import_token: ImportToken,
    /// SubjectPublicKeyInfo: base64 of its DER.
    pub public_key: Octets<8_192>,
    /// Until when both are taken.
    pub token_expire_time: Timestamp,
}

impl Action for GetParametersForImport {
    const NAME: ActionName = ActionName::GetParametersForImport;
    type Reply = GetParametersForImportReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        self.wrapping_algorithm.check_spec(self.wrapping_key_spec)
    }
}
