// SPDX-License-Identifier: Apache-2.0
//! A user, as it is told.

use serde::{Deserialize, Serialize};

use super::{Comments, DisplayName, Email, MobilePhone, UserName};
use crate::list::Row;
use crate::time::Timestamp;

/// Somebody who may act for the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct User {
    /// 18 digits that stay, whatever the user is called.
    pub user_id: String,
    /// Its name.
    pub user_name: UserName,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
    /// Its mobile phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile_phone: Option<MobilePhone>,
    /// Its email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<Comments>,
    /// When it was made.
    pub create_date: Timestamp,
    /// When it was changed last.
    pub update_date: Timestamp,
}

impl Row for User {
    const NAME: &'static str = "User";
}
