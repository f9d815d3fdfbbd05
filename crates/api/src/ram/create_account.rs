// SPDX-License-Identifier: Apache-2.0
//! CreateAccount: a new account.

use serde::{Deserialize, Serialize};

use crate::account::{Account, DisplayName};
use crate::action::{Action, ActionName};

/// Makes an account, with nothing in it. CreateAccountAccessKey makes the first access key of its root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateAccount {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
}

/// The new account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateAccountReply {
    /// The account.
    pub account: Account,
}

impl Action for CreateAccount {
    const NAME: ActionName = ActionName::CreateAccount;
    type Reply = CreateAccountReply;
}
