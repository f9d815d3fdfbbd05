// SPDX-License-Identifier: Apache-2.0
//! CreatePolicy: makes a policy.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Policy, PolicyName, RamDescription};
use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::policy::{PolicyKind, PolicyText};

/// Makes a policy of the account's own, with its first version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreatePolicy {
    /// Its name, unique in the account.
    pub policy_name: PolicyName,
    /// What it allows and denies, in JSON: at most 6,144 bytes.
    pub policy_document: PolicyText,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<RamDescription>,
}

/// The policy, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreatePolicyReply {
    /// The policy.
    pub policy: Policy,
}

impl Action for CreatePolicy {
    const NAME: ActionName = ActionName::CreatePolicy;
    type Reply = CreatePolicyReply;
    const NOT_OFFERED: &'static [&'static str] = &["Tag"];

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name)]
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        PolicyKind::Identity.check(&self.policy_document)
    }
}
