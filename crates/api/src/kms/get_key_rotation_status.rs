// SPDX-License-Identifier: Apache-2.0
//! GetKeyRotationStatus (AWS): whether a CMK gets new versions by itself.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::id::KeyId;
use crate::key::KeyReference;
use crate::key::rotation::RotationInterval;
use crate::time::Timestamp;

/// Tells whether a CMK gets new versions by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetKeyRotationStatus {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
}

/// Its rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetKeyRotationStatusReply {
    /// The key's plain id.
    pub key_id: KeyId,
    /// Time between versions, if they come by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_interval: Option<RotationInterval>,
    /// When the next version comes, unless the key's state suspends that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_rotation_date: Option<Timestamp>,
}

impl Action for GetKeyRotationStatus {
    const NAME: ActionName = ActionName::GetKeyRotationStatus;
    type Reply = GetKeyRotationStatusReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
