// SPDX-License-Identifier: Apache-2.0
//! CreateGroup: makes a group of users.

use serde::{Deserialize, Serialize};

use crate::account::{Comments, Entity, Group, GroupName};
use crate::action::{Action, ActionName};

/// Makes a group, whose policies are those of all its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateGroup {
    /// Its name, unique in the account.
    pub group_name: GroupName,
    /// Comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<Comments>,
}

/// The group, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateGroupReply {
    /// The group.
    pub group: Group,
}

impl Action for CreateGroup {
    const NAME: ActionName = ActionName::CreateGroup;
    type Reply = CreateGroupReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Group(&self.group_name)]
    }
}
