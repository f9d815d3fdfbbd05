// SPDX-License-Identifier: Apache-2.0
//! What a user, or a session of a role, may do by its policies.

use serde::{Deserialize, Serialize};

use edgekms_policy::LazyPolicy;

/// Policies that go with a caller, to wherever its call is decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Granted {
    /// Those that are attached to it, and to the groups that it is in.
    pub identity: Vec<GrantedPolicy>,
    /// What is left of that in a session, if the session says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<GrantedPolicy>,
}

/// A policy with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantedPolicy {
    /// What its account calls it.
    pub name: String,
    /// What it says.
    pub document: LazyPolicy,
}
