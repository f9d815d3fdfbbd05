// SPDX-License-Identifier: Apache-2.0
//! ListPolicyVersions: the versions of one policy.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, PolicyName, PolicyType, PolicyVersion};
use crate::action::{Action, ActionName};
use crate::list::List;

/// Lists the versions of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListPolicyVersions {
    /// Whose policy it is.
    pub policy_type: PolicyType,
    /// The policy.
    pub policy_name: PolicyName,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListPolicyVersionsReply {
    /// The rows, the oldest first.
    pub policy_versions: List<PolicyVersion>,
}

impl Action for ListPolicyVersions {
    const NAME: ActionName = ActionName::ListPolicyVersions;
    type Reply = ListPolicyVersionsReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name)]
    }
}
