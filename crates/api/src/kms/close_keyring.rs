// SPDX-License-Identifier: Apache-2.0
//! CloseKeyring: no more keys for ten minutes.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::id::AccountId;

/// Has a keyring of an account make no key for ten minutes, which is longer than any isolate believes in an
/// access key that is gone. Refused while it has keys that its account could delete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CloseKeyring {
    /// The account, 16 digits.
    pub account_id: AccountId,
}

impl Action for CloseKeyring {
    const NAME: ActionName = ActionName::CloseKeyring;
    type Reply = Empty;

    fn account(&self) -> Option<&AccountId> {
        Some(&self.account_id)
    }
}
