// SPDX-License-Identifier: Apache-2.0
//! DeleteUser: a user is no more.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, UserName};
use crate::action::{Action, ActionName, Empty};

/// Deletes a user that has no access keys, policies or groups any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteUser {
    /// The user.
    pub user_name: UserName,
}

impl Action for DeleteUser {
    const NAME: ActionName = ActionName::DeleteUser;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::User(&self.user_name)]
    }
}
