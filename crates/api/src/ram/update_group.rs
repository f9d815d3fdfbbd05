// SPDX-License-Identifier: Apache-2.0
//! UpdateGroup: changes what a group is called.

use serde::{Deserialize, Serialize};

use crate::account::{Comments, Entity, Group, GroupName};
use crate::action::{Action, ActionName};

/// Changes a group. What is not given stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateGroup {
    /// The group.
    pub group_name: GroupName,
    /// The name from now on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_group_name: Option<GroupName>,
    /// Comments from now on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_comments: Option<Comments>,
}

/// The group, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct UpdateGroupReply {
    /// The group.
    pub group: Group,
}

impl Action for UpdateGroup {
    const NAME: ActionName = ActionName::UpdateGroup;
    type Reply = UpdateGroupReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Group(&self.group_name)]
    }
}
