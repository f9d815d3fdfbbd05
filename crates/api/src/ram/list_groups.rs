// SPDX-License-Identifier: Apache-2.0
//! ListGroups: the groups of the account.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Group, Marker};
use crate::action::{Action, ActionName};
use crate::list::List;
use crate::number::Whole;

/// Lists the groups, a page at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListGroups {
    /// Where the page before said to go on; from the beginning if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<Marker>,
    /// Rows a page, 1 to 1,000; 100 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<Whole<1, 1_000>>,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListGroupsReply {
    /// The rows, in the order of their names.
    pub groups: List<Group>,
    /// Whether more rows follow.
    pub is_truncated: bool,
    /// Where to go on, if more rows follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Action for ListGroups {
    const NAME: ActionName = ActionName::ListGroups;
    type Reply = ListGroupsReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Groups]
    }
}
