// SPDX-License-Identifier: Apache-2.0
//! RemoveUserFromGroup: takes a user out of a group.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, GroupName, UserName};
use crate::action::{Action, ActionName, Empty};

/// Takes a user out of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RemoveUserFromGroup {
    /// The user.
    pub user_name: UserName,
    /// The group.
    pub group_name: GroupName,
}

impl Action for RemoveUserFromGroup {
    const NAME: ActionName = ActionName::RemoveUserFromGroup;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::User(&self.user_name), Entity::Group(&self.group_name)]
    }
}
