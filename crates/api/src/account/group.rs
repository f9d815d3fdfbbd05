// SPDX-License-Identifier: Apache-2.0
//! A group, as it is told, and who is in it.

use serde::{Deserialize, Serialize};

use super::{Comments, DisplayName, GroupName, UserName};
use crate::list::Row;
use crate::time::Timestamp;

/// Users with policies in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Group {
    /// `g-` and 16 hexadecimal digits, which stay, whatever the group is called.
    pub group_id: String,
    /// Its name.
    pub group_name: GroupName,
    /// Comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<Comments>,
    /// When it was made.
    pub create_date: Timestamp,
    /// When it was changed last.
    pub update_date: Timestamp,
}

impl Row for Group {
    const NAME: &'static str = "Group";
}

/// A user in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Member {
    /// The user.
    pub user_name: UserName,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
    /// Since when it is in the group.
    pub join_date: Timestamp,
}

impl Row for Member {
    const NAME: &'static str = "User";
}

/// A group that a user is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Membership {
    /// The group's id.
    pub group_id: String,
    /// The group.
    pub group_name: GroupName,
    /// Comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<Comments>,
    /// Since when the user is in it.
    pub join_date: Timestamp,
}

impl Row for Membership {
    const NAME: &'static str = "Group";
}
