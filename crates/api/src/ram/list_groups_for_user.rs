// SPDX-License-Identifier: Apache-2.0
//! ListGroupsForUser: the groups of one user.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Membership, UserName};
use crate::action::{Action, ActionName};
use crate::list::List;

/// Lists the groups that a user is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListGroupsForUser {
    /// The user.
    pub user_name: UserName,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListGroupsForUserReply {
    /// The rows, in the order of their names.
    pub groups: List<Membership>,
}

impl Action for ListGroupsForUser {
    const NAME: ActionName = ActionName::ListGroupsForUser;
    type Reply = ListGroupsForUserReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::User(&self.user_name)]
    }
}
