// SPDX-License-Identifier: Apache-2.0
//! CreateAccessKey: a new access key.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, NewAccessKey, UserName};
use crate::action::{Action, ActionName};

/// Makes an access key: two of one identity at the most, so that one can be changed without a pause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateAccessKey {
    /// The user; the caller itself if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<UserName>,
}

/// The new access key, with its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateAccessKeyReply {
    /// The access key. Its secret is told here and never again.
    pub access_key: NewAccessKey,
}

impl Action for CreateAccessKey {
    const NAME: ActionName = ActionName::CreateAccessKey;
    type Reply = CreateAccessKeyReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![self.user_name.as_ref().map_or(Entity::Caller, Entity::User)]
    }
}
