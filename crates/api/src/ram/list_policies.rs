// SPDX-License-Identifier: Apache-2.0
//! ListPolicies: the policies of the account.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Marker, Policy, PolicyType};
use crate::action::{Action, ActionName};
use crate::list::List;
use crate::number::Whole;

/// Lists the policies, a page at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListPolicies {
    /// Whose policies; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_type: Option<PolicyType>,
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
pub struct ListPoliciesReply {
    /// The rows: the system policies, then the own in the order of their names.
    pub policies: List<Policy>,
    /// Whether more rows follow.
    pub is_truncated: bool,
    /// Where to go on, if more rows follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Action for ListPolicies {
    const NAME: ActionName = ActionName::ListPolicies;
    type Reply = ListPoliciesReply;
    const NOT_OFFERED: &'static [&'static str] = &["Tag"];

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policies]
    }
}
