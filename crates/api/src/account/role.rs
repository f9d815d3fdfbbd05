// SPDX-License-Identifier: Apache-2.0
//! A role, as it is told.

use serde::{Deserialize, Serialize};

use super::{RamDescription, RoleName};
use crate::list::Row;
use crate::time::Timestamp;

/// Permissions that others take on for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    /// 18 digits.
    pub role_id: String,
    /// Its name.
    pub role_name: RoleName,
    /// Its full name, `acs:ram::<account>:role/<name>`, the name in lower case.
    pub arn: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<RamDescription>,
    /// Who may assume it, in JSON. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assume_role_policy_document: Option<String>,
    /// The longest session, in seconds.
    pub max_session_duration: u32,
    /// When it was made.
    pub create_date: Timestamp,
    /// When it was changed last.
    pub update_date: Timestamp,
}

impl Row for Role {
    const NAME: &'static str = "Role";
}
