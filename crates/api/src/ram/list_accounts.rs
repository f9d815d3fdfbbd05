// SPDX-License-Identifier: Apache-2.0
//! ListAccounts: the accounts of the deployment.

use serde::{Deserialize, Serialize};

use crate::account::{Account, Marker};
use crate::action::{Action, ActionName};
use crate::list::List;
use crate::number::Whole;

/// Lists the accounts that CreateAccount has made, a page at a time. The deployment's own, which its
/// settings name, is not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListAccounts {
    /// Where the page before said to go on; from the beginning if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<Marker>,
    /// Rows a page, 1 to 1,000; 100 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<Whole<1, 1_000>>,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListAccountsReply {
    /// The rows, in the order of their ids.
    pub accounts: List<Account>,
    /// Whether more rows follow.
    pub is_truncated: bool,
    /// Where to go on, if more rows follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Action for ListAccounts {
    const NAME: ActionName = ActionName::ListAccounts;
    type Reply = ListAccountsReply;
}
