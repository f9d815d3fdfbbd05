// SPDX-License-Identifier: Apache-2.0
//! UpdateUser: changes what a user is called.

use serde::{Deserialize, Serialize};

use crate::account::{Comments, DisplayName, Email, Entity, MobilePhone, User, UserName};
use crate::action::{Action, ActionName};

/// Changes a user. What is not given stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateUser {
    /// The user.
    pub user_name: UserName,
    /// The name from now on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_user_name: Option<UserName>,
    /// What people call it from now on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_display_name: Option<DisplayName>,
    /// Its mobile phone from now on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_mobile_phone: Option<MobilePhone>,
    /// Its email address from now on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_email: Option<Email>,
    /// Comments from now on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_comments: Option<Comments>,
}

/// The user, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct UpdateUserReply {
    /// The user.
    pub user: User,
}

impl Action for UpdateUser {
    const NAME: ActionName = ActionName::UpdateUser;
    type Reply = UpdateUserReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::User(&self.user_name)]
    }
}
