// SPDX-License-Identifier: Apache-2.0
//! SetKeyPolicy: gives a CMK a policy.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty, Limits};
use crate::error::ApiError;
use crate::key::KeyReference;
use crate::policy::{PolicyKind, PolicyName, PolicyText};

/// Gives a CMK a policy in place of the one that it has. It decides who may use it, with the policies of whoever asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetKeyPolicy {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The document, at most 32,768 bytes.
    pub policy: PolicyText,
    /// `default`, which is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_name: Option<PolicyName>,
}

impl Action for SetKeyPolicy {
    const NAME: ActionName = ActionName::SetKeyPolicy;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        PolicyKind::Key.check(&self.policy)
    }
}
