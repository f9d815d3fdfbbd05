// SPDX-License-Identifier: Apache-2.0
//! ListPoliciesForRole: the policies of one role.

use serde::{Deserialize, Serialize};

use crate::account::{AttachedPolicy, Entity, RoleName};
use crate::action::{Action, ActionName};
use crate::list::List;

/// Lists the policies that are attached to a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListPoliciesForRole {
    /// The role.
    pub role_name: RoleName,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListPoliciesForRoleReply {
    /// The rows, in the order of their names.
    pub policies: List<AttachedPolicy>,
}

impl Action for ListPoliciesForRole {
    const NAME: ActionName = ActionName::ListPoliciesForRole;
    type Reply = ListPoliciesForRoleReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Role(&self.role_name)]
    }
}
