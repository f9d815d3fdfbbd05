// SPDX-License-Identifier: Apache-2.0
//! DeleteAccount: an account that has no keys.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::id::AccountId;

/// Deletes an account: its keyrings make no more keys, all that it holds is taken away, and it is no
/// longer in the list. Refused while it has keys in any region that is served; whatever was done by then is
/// done again the next time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteAccount {
    /// The account, 16 digits.
    pub account_id: AccountId,
}

impl Action for DeleteAccount {
    const NAME: ActionName = ActionName::DeleteAccount;
    type Reply = Empty;
}
