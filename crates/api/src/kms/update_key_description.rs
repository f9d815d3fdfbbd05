// SPDX-License-Identifier: Apache-2.0
//! UpdateKeyDescription: replaces a CMK's description.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::key::{Description, KeyReference};

/// Replaces a CMK's description. An empty one clears it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateKeyDescription {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// At most 8,192 characters; may be empty.
    pub description: Description,
}

impl Action for UpdateKeyDescription {
    const NAME: ActionName = ActionName::UpdateKeyDescription;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
