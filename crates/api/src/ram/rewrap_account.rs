// SPDX-License-Identifier: Apache-2.0
//! RewrapAccount: an account's secrets under the current root key version.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::id::AccountId;

/// Wraps the secrets of all access keys of an account anew, under the current root key version, at once.
/// They stay the same secrets. Called again, it finds nothing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RewrapAccount {
    /// The account, 16 digits.
    pub account_id: AccountId,
}

/// What became of the secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RewrapAccountReply {
    /// How many were under another version.
    pub rewrapped: u32,
    /// How many do not unwrap and were left as they are: their root key version is not listed.
    pub left: u32,
}

impl Action for RewrapAccount {
    const NAME: ActionName = ActionName::RewrapAccount;
    type Reply = RewrapAccountReply;

    fn account(&self) -> Option<&AccountId> {
        Some(&self.account_id)
    }
}
