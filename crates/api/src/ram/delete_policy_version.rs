// SPDX-License-Identifier: Apache-2.0
//! DeletePolicyVersion: a version is no more.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, PolicyName, PolicyVersionId};
use crate::action::{Action, ActionName, Empty};

/// Deletes a version of a policy, but not the one that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeletePolicyVersion {
    /// The policy.
    pub policy_name: PolicyName,
    /// The version, such as `v1`.
    pub version_id: PolicyVersionId,
}

impl Action for DeletePolicyVersion {
    const NAME: ActionName = ActionName::DeletePolicyVersion;
    type Reply = Empty;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name)]
    }
}
