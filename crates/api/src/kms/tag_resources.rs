// SPDX-License-Identifier: Apache-2.0
//! TagResources: puts the same labels on several CMKs.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty, Limits};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::Tag;
use crate::key::tag::{NamedTag, ResourceType};
use crate::repeat::Repeat;

/// Puts tags on all of these CMKs, or on none of them. One that a CMK has already gets the new value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagResources {
    /// `key`.
    pub resource_type: ResourceType,
    /// The keys' ids, 1 to 50.
    pub resource_id: Repeat<KeyId, 50>,
    /// 1 to 20, each Key once. A key has at most 50.
    pub tag: Repeat<NamedTag, 20>,
}

impl TagResources {
    /// The tags.
    #[must_use]
    pub fn tags(&self) -> Vec<Tag> {
        let tag = |tag: &NamedTag| Tag {
            key: tag.key.clone(),
            value: tag.value.clone().unwrap_or_default(),
        };
        self.tag.0.iter().map(tag).collect()
    }
}

impl Action for TagResources {
    const NAME: ActionName = ActionName::TagResources;
    type Reply = Empty;

    fn resources(&self) -> &[KeyId] {
        &self.resource_id.0
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        self.resource_type.offered()?;
        for (name, is_empty) in
            [("ResourceId", self.resource_id.is_empty()), ("Tag", self.tag.is_empty())]
        {
            if is_empty {
                return Err(ApiError::missing_parameter(name));
            }
        }
        let tags = self.tags();
        let mut keys: Vec<_> = tags.iter().map(|tag| &tag.key).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
            return Err(ApiError::invalid_parameter("Tag", "Each Key must come once."));
        }
        limits.tags.check_named("Tag", &tags)
    }
}
