// SPDX-License-Identifier: Apache-2.0
//! DeleteAlias: takes a name away.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::id::AliasName;

/// Removes a name. The CMK stays, and what was encrypted by the name can still be decrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteAlias {
    /// The name, with its prefix.
    pub alias_name: AliasName,
}

impl Action for DeleteAlias {
    const NAME: ActionName = ActionName::DeleteAlias;
    type Reply = Empty;

    fn alias(&self) -> Option<&AliasName> {
        Some(&self.alias_name)
    }
}
