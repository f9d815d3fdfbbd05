// SPDX-License-Identifier: Apache-2.0
//! RevokeRoleSessions: whoever has taken on a role no longer has it.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, RoleName};
use crate::action::{Action, ActionName, Empty};

/// Ends all sessions of a role, wherever their tokens are. New ones can be had at once. How long an isolate
/// may still believe in one that was ended is the bound on every change (`STATE_CONSISTENCY`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RevokeRoleSessions {
    /// The role.
    pub role_name: RoleName,
}

impl Action for RevokeRoleSessions {
    const NAME: ActionName = ActionName::RevokeRoleSessions;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Role(&self.role_name)]
    }
}
