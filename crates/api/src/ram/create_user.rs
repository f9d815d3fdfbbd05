// SPDX-License-Identifier: Apache-2.0
//! CreateUser: makes somebody who acts for the account.

use serde::{Deserialize, Serialize};

use crate::account::{Comments, DisplayName, Email, Entity, MobilePhone, User, UserName};
use crate::action::{Action, ActionName};

/// Makes a user. It may do nothing until a policy is attached to it or to a group that it is in, and has no
/// access key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateUser {
    /// Its name, unique in the account.
    pub user_name: UserName,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
    /// Its mobile phone, such as `86-18600008888`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile_phone: Option<MobilePhone>,
    /// Its email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<Comments>,
}

/// The user, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateUserReply {
    /// The user.
    pub user: User,
}

impl Action for CreateUser {
    const NAME: ActionName = ActionName::CreateUser;
    type Reply = CreateUserReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::User(&self.user_name)]
    }
}
