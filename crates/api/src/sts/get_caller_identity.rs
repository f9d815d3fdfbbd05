// SPDX-License-Identifier: Apache-2.0
//! GetCallerIdentity: who calls.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::id::AccountId;
use crate::text::words;

/// Tells who calls. Everybody may ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetCallerIdentity {}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetCallerIdentityReply {
    /// What kind of identity it is.
    pub identity_type: IdentityType,
    /// The account.
    pub account_id: AccountId,
    /// The account's id for its root, the user's, or `<role id>:<session>`.
    pub principal_id: String,
    /// The full name.
    pub arn: String,
    /// Of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Of a role's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
}

words! {
    /// What kind of identity calls.
    IdentityType, "It must be Account, RAMUser or AssumedRoleUser.";
    /// The account itself.
    Account = "Account",
    /// A user of it.
    RamUser = "RAMUser",
    /// Somebody who took on a role.
    AssumedRoleUser = "AssumedRoleUser",
}

impl Action for GetCallerIdentity {
    const NAME: ActionName = ActionName::GetCallerIdentity;
    type Reply = GetCallerIdentityReply;
}
