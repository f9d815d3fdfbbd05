// SPDX-License-Identifier: Apache-2.0
//! DisableKeyRotation (AWS): a CMK gets no new versions by itself any more.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::key::KeyReference;

/// Has a CMK get no new versions by itself any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DisableKeyRotation {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
}

impl Action for DisableKeyRotation {
    const NAME: ActionName = ActionName::DisableKeyRotation;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
