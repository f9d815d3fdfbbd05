// SPDX-License-Identifier: Apache-2.0
//! DeletePolicy: a policy is no more.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, PolicyName};
use crate::action::{Action, ActionName, Empty};

/// Deletes a policy of the account's own that is attached to nobody and has one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeletePolicy {
    /// The policy.
    pub policy_name: PolicyName,
}

impl Action for DeletePolicy {
    const NAME: ActionName = ActionName::DeletePolicy;
    type Reply = Empty;
    const NOT_OFFERED: &'static [&'static str] = &["CascadingDelete"];

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Policy(&self.policy_name)]
    }
}
