// SPDX-License-Identifier: Apache-2.0
//! ListPoliciesForGroup: the policies of one group.

use serde::{Deserialize, Serialize};

use crate::account::{AttachedPolicy, Entity, GroupName};
use crate::action::{Action, ActionName};
use crate::list::List;

/// Lists the policies that are attached to a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListPoliciesForGroup {
    /// The group.
    pub group_name: GroupName,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListPoliciesForGroupReply {
    /// The rows, in the order of their names.
    pub policies: List<AttachedPolicy>,
}

impl Action for ListPoliciesForGroup {
    const NAME: ActionName = ActionName::ListPoliciesForGroup;
    type Reply = ListPoliciesForGroupReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Group(&self.group_name)]
    }
}
