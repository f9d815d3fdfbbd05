// SPDX-License-Identifier: Apache-2.0
//! ListPoliciesForUser: the policies of one user.

use serde::{Deserialize, Serialize};

use crate::account::{AttachedPolicy, Entity, UserName};
use crate::action::{Action, ActionName};
use crate::list::List;

/// Lists the policies that are attached to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListPoliciesForUser {
    /// The user.
    pub user_name: UserName,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListPoliciesForUserReply {
    /// The rows, in the order of their names.
    pub policies: List<AttachedPolicy>,
}

impl Action for ListPoliciesForUser {
    const NAME: ActionName = ActionName::ListPoliciesForUser;
    type Reply = ListPoliciesForUserReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::User(&self.user_name)]
    }
}
