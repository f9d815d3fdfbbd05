// SPDX-License-Identifier: Apache-2.0
//! CloseAccount: nobody calls for the account any more.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::id::AccountId;

/// Takes away all that an account holds: access keys, users, groups, roles and policies. Its keys stay.
/// DeleteAccount does this by itself; alone it is for an account whose credentials have all leaked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CloseAccount {
    /// The account, 16 digits.
    pub account_id: AccountId,
}

impl Action for CloseAccount {
    const NAME: ActionName = ActionName::CloseAccount;
    type Reply = Empty;

    fn account(&self) -> Option<&AccountId> {
        Some(&self.account_id)
    }
}
