// SPDX-License-Identifier: Apache-2.0
//! CreatePolicyVersion: another version of a policy.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, PolicyName, PolicyVersion, RotateStrategy};
use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::policy::{PolicyKind, PolicyText};

/// Adds a version to a policy of the account's own: five at the most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreatePolicyVersion {
    /// The policy.
    pub policy_name: PolicyName,
    /// What it allows and denies, in JSON: at most 6,144 bytes.
    pub policy_document: PolicyText,
    /// Whether it is the one that counts from now on.
    #[serde(default)]
    pub set_as_default: bool,
    /// What to do if there are five versions already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotate_strategy: Option<RotateStrategy>,
}

/// The version, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreatePolicyVersionReply {
    /// The version.
    pub policy_version: PolicyVersion,
}

impl Action for CreatePolicyVersion {
    const NAME: ActionName = ActionName::CreatePolicyVersion;
    type Reply = CreatePolicyVersionReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name)]
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        PolicyKind::Identity.check(&self.policy_document)
    }
}
