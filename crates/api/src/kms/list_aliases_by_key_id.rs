// SPDX-License-Identifier: Apache-2.0
//! ListAliasesByKeyId: the aliases of a CMK, a page at a time.

use serde::{Deserialize, Serialize};

use super::list_aliases::ListAliasesReply;
use crate::action::{Action, ActionName};
use crate::key::KeyReference;
use crate::number::Whole;
use crate::page::Page;

/// Lists the aliases of a CMK, a page at a time, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListAliasesByKeyId {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// From 1, the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<Whole<1, { u32::MAX }>>,
    /// Rows a page, 0 to 101; 10 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<Whole<0, 101>>,
}

impl ListAliasesByKeyId {
    /// Which part of the list is wanted.
    #[must_use]
    pub fn page(&self) -> Page {
        let (number, size) = (self.page_number.map(Whole::get), self.page_size.map(Whole::get));
        Page::asked(None, number, size)
    }
}

impl Action for ListAliasesByKeyId {
    const NAME: ActionName = ActionName::ListAliasesByKeyId;
    type Reply = ListAliasesReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
