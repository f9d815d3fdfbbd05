// SPDX-License-Identifier: Apache-2.0
//! DetachPolicyFromRole: a role loses a policy.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, PolicyName, PolicyType, RoleName};
use crate::action::{Action, ActionName, Empty};

/// Detaches a policy from a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DetachPolicyFromRole {
    /// Whose policy it is.
    pub policy_type: PolicyType,
    /// The policy.
    pub policy_name: PolicyName,
    /// The role.
    pub role_name: RoleName,
}

impl Action for DetachPolicyFromRole {
    const NAME: ActionName = ActionName::DetachPolicyFromRole;
    type Reply = Empty;
    const NOT_OFFERED: &'static [&'static str] = &["ResourceGroupId"];

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name), Entity::Role(&self.role_name)]
    }
}
