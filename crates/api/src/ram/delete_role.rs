// SPDX-License-Identifier: Apache-2.0
//! DeleteRole: a role is no more.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, RoleName};
use crate::action::{Action, ActionName, Empty};

/// Deletes a role that has no policies any more. Its sessions end with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteRole {
    /// The role.
    pub role_name: RoleName,
}

impl Action for DeleteRole {
    const NAME: ActionName = ActionName::DeleteRole;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Role(&self.role_name)]
    }
}
