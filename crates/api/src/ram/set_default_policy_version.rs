// SPDX-License-Identifier: Apache-2.0
//! SetDefaultPolicyVersion: another version counts.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, PolicyName, PolicyVersionId};
use crate::action::{Action, ActionName, Empty};

/// Has another version of a policy count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetDefaultPolicyVersion {
    /// The policy.
    pub policy_name: PolicyName,
    /// The version, such as `v1`.
    pub version_id: PolicyVersionId,
}

impl Action for SetDefaultPolicyVersion {
    const NAME: ActionName = ActionName::SetDefaultPolicyVersion;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name)]
    }
}
