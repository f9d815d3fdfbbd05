// SPDX-License-Identifier: Apache-2.0
//! ListKeys: the CMKs in a region's keyring, filtered, a page at a time.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::arn::KeyArn;
use crate::id::KeyId;
use crate::key::filter::Filters;
use crate::list::{List, Row};
use crate::number::Whole;
use crate::page::{Cursor, Page};

/// Lists the CMKs, a page at a time, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListKeys {
    /// From 1, the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<Whole<1, { u32::MAX }>>,
    /// Rows a page, 1 to 100; 10 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<Whole<1, 100>>,
    /// What a key must be to be listed.
    #[serde(default, skip_serializing_if = "Filters::is_empty")]
    pub filters: Filters,
    /// Where to go on, instead of a page's number (AWS).
    #[serde(rename = "cursor", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub cursor: Option<Cursor>,
}

/// A page of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeysReply {
    /// The rows.
    pub keys: List<KeyRow>,
    /// Of all keys that pass the filters.
    pub total_count: u64,
    /// As asked.
    pub page_number: u32,
    /// As asked.
    pub page_size: u32,
    /// Where to go on, if a cursor was given and more rows follow.
    #[serde(rename = "next", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub next: Option<String>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KeyRow {
    /// The id.
    pub key_id: KeyId,
    /// The full name.
    pub key_arn: KeyArn,
}

impl Row for KeyRow {
    const NAME: &'static str = "Key";
}

impl ListKeys {
    /// Which part of the list is wanted.
    #[must_use]
    pub fn page(&self) -> Page {
        let (number, size) = (self.page_number.map(Whole::get), self.page_size.map(Whole::get));
        Page::asked(self.cursor.as_ref(), number, size)
    }
}

impl Action for ListKeys {
    const NAME: ActionName = ActionName::ListKeys;
    type Reply = ListKeysReply;
}
