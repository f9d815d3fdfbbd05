// SPDX-License-Identifier: Apache-2.0
//! ListAliases: the aliases in a region's keyring, a page at a time.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::arn::AliasArn;
use crate::id::{AliasName, KeyId};
use crate::key::KeyReference;
use crate::list::{List, Row};
use crate::number::Whole;
use crate::page::{Cursor, Page};
use crate::time::Timestamp;

/// Lists the aliases, a page at a time, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListAliases {
    /// From 1, the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<Whole<1, { u32::MAX }>>,
    /// Rows a page, 0 to 100; 10 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<Whole<0, 100>>,
    /// Where to go on, instead of a page's number (AWS).
    #[serde(rename = "cursor", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub cursor: Option<Cursor>,
    /// The key whose aliases are wanted; all if absent (AWS).
    #[serde(rename = "of", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub of: Option<KeyReference>,
}

/// A page of aliases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListAliasesReply {
    /// The rows.
    pub aliases: List<AliasRow>,
    /// Of all aliases.
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

/// One alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AliasRow {
    /// The key it names.
    pub key_id: KeyId,
    /// The name.
    pub alias_name: AliasName,
    /// The full name.
    pub alias_arn: AliasArn,
    /// When it was made, if a cursor was given (AWS).
    #[serde(rename = "created", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub created: Option<Timestamp>,
}

impl Row for AliasRow {
    const NAME: &'static str = "Alias";
}

impl ListAliases {
    /// Which part of the list is wanted.
    #[must_use]
    pub fn page(&self) -> Page {
        let (number, size) = (self.page_number.map(Whole::get), self.page_size.map(Whole::get));
        Page::asked(self.cursor.as_ref(), number, size)
    }
}

impl Action for ListAliases {
    const NAME: ActionName = ActionName::ListAliases;
    type Reply = ListAliasesReply;

    fn key(&self) -> Option<&KeyReference> {
        self.of.as_ref()
    }
}
