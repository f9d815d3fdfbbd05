// SPDX-License-Identifier: Apache-2.0
//! GetGroup: one group.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Group, GroupName};
use crate::action::{Action, ActionName};

/// Tells about a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetGroup {
    /// The group.
    pub group_name: GroupName,
}

/// The group, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetGroupReply {
    /// The group.
    pub group: Group,
}

impl Action for GetGroup {
    const NAME: ActionName = ActionName::GetGroup;
    type Reply = GetGroupReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Group(&self.group_name)]
    }
}
