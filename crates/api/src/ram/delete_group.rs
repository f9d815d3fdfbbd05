// SPDX-License-Identifier: Apache-2.0
//! DeleteGroup: a group is no more.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, GroupName};
use crate::action::{Action, ActionName, Empty};

/// Deletes a group that has no members or policies any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteGroup {
    /// The group.
    pub group_name: GroupName,
}

impl Action for DeleteGroup {
    const NAME: ActionName = ActionName::DeleteGroup;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Group(&self.group_name)]
    }
}
