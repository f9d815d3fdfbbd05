// SPDX-License-Identifier: Apache-2.0
//! UntagResources: takes labels off several CMKs.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty, Limits};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::tag::{ResourceType, TagKey};
use crate::repeat::Repeat;

/// Takes tags off all of these CMKs, or off none of them. One that a CMK does not have is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UntagResources {
    /// `key`.
    pub resource_type: ResourceType,
    /// The keys' ids, 1 to 50.
    pub resource_id: Repeat<KeyId, 50>,
    /// At most 20.
    #[serde(default, skip_serializing_if = "Repeat::is_empty")]
    pub tag_key: Repeat<TagKey, 20>,
    /// Whether all tags are taken off. Only without TagKey.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
}

impl Action for UntagResources {
    const NAME: ActionName = ActionName::UntagResources;
    type Reply = Empty;

    fn resources(&self) -> &[KeyId] {
        &self.resource_id.0
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        self.resource_type.offered()?;
        if self.resource_id.is_empty() {
            return Err(ApiError::missing_parameter("ResourceId"));
        }
        match (self.tag_key.is_empty(), self.all) {
            (true, true) | (false, false) => Ok(()),
            (true, false) => Err(ApiError::missing_parameter("TagKey")),
            (false, true) => {
                Err(ApiError::invalid_parameter("All", "Leave it out where TagKey is given."))
            }
        }
    }
}
