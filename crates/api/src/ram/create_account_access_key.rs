// SPDX-License-Identifier: Apache-2.0
//! CreateAccountAccessKey: an access key of an account's root.

use serde::{Deserialize, Serialize};

use crate::account::NewAccessKey;
use crate::action::{Action, ActionName};
use crate::id::AccountId;

/// Makes an access key of the root of an account: two at the most, so that one can be changed without a
/// pause. Its root changes and deletes them from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateAccountAccessKey {
    /// The account, 16 digits.
    pub account_id: AccountId,
}

/// The new access key, with its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateAccountAccessKeyReply {
    /// The access key. Its secret is told here and never again.
    pub access_key: NewAccessKey,
}

impl Action for CreateAccountAccessKey {
    const NAME: ActionName = ActionName::CreateAccountAccessKey;
    type Reply = CreateAccountAccessKeyReply;

    fn account(&self) -> Option<&AccountId> {
        Some(&self.account_id)
    }
}
