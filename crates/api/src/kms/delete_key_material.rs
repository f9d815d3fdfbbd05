// SPDX-License-Identifier: Apache-2.0
//! DeleteKeyMaterial: takes a CMK's imported material away.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::key::KeyReference;

/// Deletes the imported material of a CMK. The CMK stays, waits for the same material, and does nothing
/// until it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteKeyMaterial {
    /// The key, which must be of Origin EXTERNAL.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
}

impl Action for DeleteKeyMaterial {
    const NAME: ActionName = ActionName::DeleteKeyMaterial;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
