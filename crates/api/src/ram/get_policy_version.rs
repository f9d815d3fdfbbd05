// SPDX-License-Identifier: Apache-2.0
//! GetPolicyVersion: one version of a policy.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, PolicyName, PolicyType, PolicyVersion, PolicyVersionId};
use crate::action::{Action, ActionName};

/// Tells a version of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetPolicyVersion {
    /// Whose policy it is.
    pub policy_type: PolicyType,
    /// The policy.
    pub policy_name: PolicyName,
    /// The version, such as `v1`.
    pub version_id: PolicyVersionId,
}

/// The version, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetPolicyVersionReply {
    /// The version.
    pub policy_version: PolicyVersion,
}

impl Action for GetPolicyVersion {
    const NAME: ActionName = ActionName::GetPolicyVersion;
    type Reply = GetPolicyVersionReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name)]
    }
}
