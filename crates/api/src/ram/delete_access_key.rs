// SPDX-License-Identifier: Apache-2.0
//! DeleteAccessKey: an access key is no more.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, UserName};
use crate::action::{Action, ActionName, Empty};
use crate::id::AccessKeyId;

/// Deletes an access key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteAccessKey {
    /// The user; the caller itself if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<UserName>,
    /// The access key.
    pub user_access_key_id: AccessKeyId,
}

impl Action for DeleteAccessKey {
    const NAME: ActionName = ActionName::DeleteAccessKey;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![self.user_name.as_ref().map_or(Entity::Caller, Entity::User)]
    }
}
