// SPDX-License-Identifier: Apache-2.0
//! DescribeAccountKmsStatus: whether the account can use the service.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::text::words;

/// Tells whether the account can use the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeAccountKmsStatus {}

/// The account's status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DescribeAccountKmsStatusReply {
    /// Always `Enabled` here.
    pub account_status: AccountStatus,
}

words! {
    /// Whether an account can use the service.
    AccountStatus, "It must be Enabled, NotEnabled, InDebt or Suspended.";
    /// It can.
    Enabled = "Enabled",
    /// It has not opened it.
    NotEnabled = "NotEnabled",
    /// It owes for it.
    InDebt = "InDebt",
    /// It is shut out.
    Suspended = "Suspended",
}

impl Action for DescribeAccountKmsStatus {
    const NAME: ActionName = ActionName::DescribeAccountKmsStatus;
    type Reply = DescribeAccountKmsStatusReply;
}
