// SPDX-License-Identifier: Apache-2.0
//! CreateKeyVersion: a new pair for an asymmetric CMK.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::key::KeyReference;
use crate::kms::list_key_versions::KeyVersionRow;

/// Gives an asymmetric CMK a new version, at most once in 7 days. Earlier versions stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateKeyVersion {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
}

/// The version made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateKeyVersionReply {
    /// What was made.
    pub key_version: KeyVersionRow,
}

impl Action for CreateKeyVersion {
    const NAME: ActionName = ActionName::CreateKeyVersion;
    type Reply = CreateKeyVersionReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
