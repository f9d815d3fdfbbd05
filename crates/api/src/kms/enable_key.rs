// SPDX-License-Identifier: Apache-2.0
//! EnableKey: lets a CMK be used.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::key::KeyReference;

/// Lets a CMK be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EnableKey {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
}

impl Action for EnableKey {
    const NAME: ActionName = ActionName::EnableKey;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
