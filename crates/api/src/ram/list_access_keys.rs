// SPDX-License-Identifier: Apache-2.0
//! ListAccessKeys: the access keys of one user.

use serde::{Deserialize, Serialize};

use crate::account::{AccessKeyRow, Entity, UserName};
use crate::action::{Action, ActionName};
use crate::list::List;

/// Lists the access keys of an identity. Secrets are not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListAccessKeys {
    /// The user; the caller itself if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<UserName>,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListAccessKeysReply {
    /// The rows, in the order in which they were made.
    pub access_keys: List<AccessKeyRow>,
}

impl Action for ListAccessKeys {
    const NAME: ActionName = ActionName::ListAccessKeys;
    type Reply = ListAccessKeysReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![self.user_name.as_ref().map_or(Entity::Caller, Entity::User)]
    }
}
