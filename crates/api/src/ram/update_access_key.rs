// SPDX-License-Identifier: Apache-2.0
//! UpdateAccessKey: switches an access key off or on.

use serde::{Deserialize, Serialize};

use crate::account::{AccessKeyStatus, Entity, UserName};
use crate::action::{Action, ActionName, Empty};
use crate::id::AccessKeyId;

/// Switches an access key off or on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateAccessKey {
    /// The user; the caller itself if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<UserName>,
    /// The access key.
    pub user_access_key_id: AccessKeyId,
    /// Whether requests may be signed with it.
    pub status: AccessKeyStatus,
}

impl Action for UpdateAccessKey {
    const NAME: ActionName = ActionName::UpdateAccessKey;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![self.user_name.as_ref().map_or(Entity::Caller, Entity::User)]
    }
}
