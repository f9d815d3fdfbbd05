// SPDX-License-Identifier: Apache-2.0
//! CancelKeyDeletion: keeps a CMK that waits for its deletion.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::key::KeyReference;

/// Keeps a CMK that waits for its deletion, and lets it be used again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CancelKeyDeletion {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// What becomes of the key: it is enabled (Alibaba), or disabled until somebody enables it (AWS).
    #[serde(rename = "becomes", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub becomes: Becomes,
}

/// What becomes of a key that is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Becomes {
    /// Enabled, whatever it was before.
    #[default]
    Enabled,
    /// Disabled.
    Disabled,
}

impl Action for CancelKeyDeletion {
    const NAME: ActionName = ActionName::CancelKeyDeletion;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
