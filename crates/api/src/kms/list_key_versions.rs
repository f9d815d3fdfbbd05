// SPDX-License-Identifier: Apache-2.0
//! ListKeyVersions: the versions of a CMK, a page at a time.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::list::{List, Row};
use crate::number::Whole;
use crate::page::Page;
use crate::time::Timestamp;

/// Lists the versions of a CMK, a page at a time, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListKeyVersions {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// From 1, the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<Whole<1, { u32::MAX }>>,
    /// Rows a page, 0 to 101; 10 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<Whole<0, 101>>,
}

/// A page of versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeyVersionsReply {
    /// The rows.
    pub key_versions: List<KeyVersionRow>,
    /// Of all versions of the key.
    pub total_count: u64,
    /// As asked.
    pub page_number: u32,
    /// As asked.
    pub page_size: u32,
}

/// One version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KeyVersionRow {
    /// The key.
    pub key_id: KeyId,
    /// The version.
    pub key_version_id: KeyVersionId,
    /// When it was made.
    pub creation_date: Timestamp,
}

impl Row for KeyVersionRow {
    const NAME: &'static str = "KeyVersion";
}

impl ListKeyVersions {
    /// Which part of the list is wanted.
    #[must_use]
    pub fn page(&self) -> Page {
        let (number, size) = (self.page_number.map(Whole::get), self.page_size.map(Whole::get));
        Page::asked(None, number, size)
    }
}

impl Action for ListKeyVersions {
    const NAME: ActionName = ActionName::ListKeyVersions;
    type Reply = ListKeyVersionsReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
