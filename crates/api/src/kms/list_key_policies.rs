// SPDX-License-Identifier: Apache-2.0
//! ListKeyPolicies (AWS): the names of a CMK's policies.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::key::KeyReference;
use crate::page::Cursor;
use crate::policy::PolicyName;

/// Lists the names of a CMK's policies: it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListKeyPolicies {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// Where to go on; all rows if absent.
    #[serde(rename = "cursor", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub cursor: Option<Cursor>,
}

/// The names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeyPoliciesReply {
    /// The rows.
    pub policy_names: Vec<PolicyName>,
    /// Where to go on, if more rows follow.
    #[serde(rename = "next", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub next: Option<String>,
}

impl Action for ListKeyPolicies {
    const NAME: ActionName = ActionName::ListKeyPolicies;
    type Reply = ListKeyPoliciesReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
