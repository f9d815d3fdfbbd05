// SPDX-License-Identifier: Apache-2.0
//! GetPolicy: one policy, with the version that counts.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Policy, PolicyName, PolicyType, PolicyVersion};
use crate::action::{Action, ActionName};

/// Tells about a policy, with the version that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetPolicy {
    /// Whose policy it is.
    pub policy_type: PolicyType,
    /// The policy.
    pub policy_name: PolicyName,
}

/// The policy, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetPolicyReply {
    /// The policy.
    pub policy: Policy,
    /// The version that counts.
    pub default_policy_version: PolicyVersion,
}

impl Action for GetPolicy {
    const NAME: ActionName = ActionName::GetPolicy;
    type Reply = GetPolicyReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name)]
    }
}
