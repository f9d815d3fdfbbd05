// SPDX-License-Identifier: Apache-2.0
//! ListResourceTags: the labels of a CMK.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::key::KeyReference;
use crate::key::tag::TagRow;
use crate::list::List;
use crate::page::Cursor;

/// Lists the tags of a CMK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListResourceTags {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// Which part of the list; all of it if absent (AWS).
    #[serde(rename = "cursor", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub cursor: Option<Cursor>,
}

/// The tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListResourceTagsReply {
    /// The rows, in the order of their TagKeys.
    pub tags: List<TagRow>,
    /// Where to go on, if a cursor was given and more rows follow.
    #[serde(rename = "next", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub next: Option<String>,
}

impl Action for ListResourceTags {
    const NAME: ActionName = ActionName::ListResourceTags;
    type Reply = ListResourceTagsReply;
    const NOT_OFFERED: &'static [&'static str] = &["SecretName", "CertificateId"];

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
