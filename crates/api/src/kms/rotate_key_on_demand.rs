// SPDX-License-Identifier: Apache-2.0
//! RotateKeyOnDemand (AWS): a new version for a symmetric CMK, now.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::id::KeyId;
use crate::key::KeyReference;

/// Gives a symmetric CMK a new version now. Whatever was encrypted under an earlier one still decrypts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RotateKeyOnDemand {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
}

/// The key that has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RotateKeyOnDemandReply {
    /// The key's plain id.
    pub key_id: KeyId,
}

impl Action for RotateKeyOnDemand {
    const NAME: ActionName = ActionName::RotateKeyOnDemand;
    type Reply = RotateKeyOnDemandReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
