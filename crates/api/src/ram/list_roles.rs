// SPDX-License-Identifier: Apache-2.0
//! ListRoles: the roles of the account.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Marker, Role};
use crate::action::{Action, ActionName};
use crate::list::List;
use crate::number::Whole;

/// Lists the roles, a page at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRoles {
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
pub struct ListRolesReply {
    /// The rows, in the order of their names.
    pub roles: List<Role>,
    /// Whether more rows follow.
    pub is_truncated: bool,
    /// Where to go on, if more rows follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Action for ListRoles {
    const NAME: ActionName = ActionName::ListRoles;
    type Reply = ListRolesReply;
    const NOT_OFFERED: &'static [&'static str] = &["Tag"];

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Roles]
    }
}
