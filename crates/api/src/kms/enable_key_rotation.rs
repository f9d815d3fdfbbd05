// SPDX-License-Identifier: Apache-2.0
//! EnableKeyRotation (AWS): a CMK gets new versions by itself.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::key::KeyReference;
use crate::key::rotation::RotationInterval;

/// Has a symmetric CMK get new versions by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EnableKeyRotation {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// Time between versions.
    pub rotation_interval: RotationInterval,
}

impl Action for EnableKeyRotation {
    const NAME: ActionName = ActionName::EnableKeyRotation;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
