// SPDX-License-Identifier: Apache-2.0
//! GetUser: one user.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, User, UserName};
use crate::action::{Action, ActionName};

/// Tells about a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetUser {
    /// The user.
    pub user_name: UserName,
}

/// The user, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetUserReply {
    /// The user.
    pub user: User,
}

impl Action for GetUser {
    const NAME: ActionName = ActionName::GetUser;
    type Reply = GetUserReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::User(&self.user_name)]
    }
}
