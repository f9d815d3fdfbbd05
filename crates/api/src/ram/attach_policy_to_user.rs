// SPDX-License-Identifier: Apache-2.0
//! AttachPolicyToUser: a user gets a policy.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, PolicyName, PolicyType, UserName};
use crate::action::{Action, ActionName, Empty};

/// Attaches a policy to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AttachPolicyToUser {
    /// Whose policy it is.
    pub policy_type: PolicyType,
    /// The policy.
    pub policy_name: PolicyName,
    /// The user.
    pub user_name: UserName,
}

impl Action for AttachPolicyToUser {
    const NAME: ActionName = ActionName::AttachPolicyToUser;
    type Reply = Empty;
    const NOT_OFFERED: &'static [&'static str] = &["ResourceGroupId"];

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name), Entity::User(&self.user_name)]
    }
}
