// SPDX-License-Identifier: Apache-2.0
//! AttachPolicyToGroup: a group gets a policy.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, GroupName, PolicyName, PolicyType};
use crate::action::{Action, ActionName, Empty};

/// Attaches a policy to a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AttachPolicyToGroup {
    /// Whose policy it is.
    pub policy_type: PolicyType,
    /// The policy.
    pub policy_name: PolicyName,
    /// The group.
    pub group_name: GroupName,
}

impl Action for AttachPolicyToGroup {
    const NAME: ActionName = ActionName::AttachPolicyToGroup;
    type Reply = Empty;
    const NOT_OFFERED: &'static [&'static str] = &["ResourceGroupId"];

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name), Entity::Group(&self.group_name)]
    }
}
