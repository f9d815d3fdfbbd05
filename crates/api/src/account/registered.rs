// SPDX-License-Identifier: Apache-2.0
//! Accounts as the operator sees them.

use serde::{Deserialize, Serialize};

use super::DisplayName;
use crate::id::AccountId;
use crate::list::Row;
use crate::time::Timestamp;

/// An account that the operator has made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Account {
    /// 16 digits.
    pub account_id: AccountId,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
    /// When it was made.
    pub create_date: Timestamp,
}

impl Row for Account {
    const NAME: &'static str = "Account";
}
