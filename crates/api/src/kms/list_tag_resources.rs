// SPDX-License-Identifier: Apache-2.0
//! ListTagResources: the labels of several CMKs, or of all.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::tag::{NamedTag, ResourceType, TagPosition, TagResourceRow};
use crate::list::List;
use crate::repeat::Repeat;

/// Lists tags, 200 a page, in the order of the keys' ids and of the tags' keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListTagResources {
    /// `key`.
    pub resource_type: ResourceType,
    /// The keys' ids, at most 50; all keys if absent.
    #[serde(default, skip_serializing_if = "Repeat::is_empty")]
    pub resource_id: Repeat<KeyId, 50>,
    /// Tags that a key must have, all of them; at most 20.
    #[serde(default, skip_serializing_if = "Repeat::is_empty")]
    pub tag: Repeat<NamedTag, 20>,
    /// The NextToken of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<TagPosition>,
}

/// A page of tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListTagResourcesReply {
    /// What to ask with for the next page; empty if this is the last.
    pub next_token: String,
    /// The rows.
    pub tag_resources: List<TagResourceRow>,
}

impl Action for ListTagResources {
    const NAME: ActionName = ActionName::ListTagResources;
    type Reply = ListTagResourcesReply;

    fn resources(&self) -> &[KeyId] {
        &self.resource_id.0
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        self.resource_type.offered()
    }
}
