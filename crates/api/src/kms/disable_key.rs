// SPDX-License-Identifier: Apache-2.0
//! DisableKey: keeps a CMK from being used.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::key::KeyReference;

/// Stops every use of a CMK until it is enabled again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DisableKey {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
}

impl Action for DisableKey {
    const NAME: ActionName = ActionName::DisableKey;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
