// SPDX-License-Identifier: Apache-2.0
//! GetRole: one role.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Role, RoleName};
use crate::action::{Action, ActionName};

/// Tells about a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetRole {
    /// The role.
    pub role_name: RoleName,
}

/// The role, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetRoleReply {
    /// The role.
    pub role: Role,
}

impl Action for GetRole {
    const NAME: ActionName = ActionName::GetRole;
    type Reply = GetRoleReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Role(&self.role_name)]
    }
}
