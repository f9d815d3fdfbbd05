// SPDX-License-Identifier: Apache-2.0
//! GetKeyPolicy: a CMK's policy.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::key::KeyReference;
use crate::policy::{Grammar, PolicyName};

/// Tells a CMK's policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetKeyPolicy {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// `default`, which is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_name: Option<PolicyName>,
    /// The form of what a CMK without a policy of its own is told to have. Earlier versions of the service
    /// ask for AWS's; this one translates what it is told.
    #[serde(rename = "grammar", default, skip_serializing_if = "Grammar::is_default")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub grammar: Grammar,
}

/// The policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetKeyPolicyReply {
    /// The document as it was set, or as one that was set by AWS's protocol was translated; if none was set,
    /// that the account may do everything.
    pub policy: String,
}

impl Action for GetKeyPolicy {
    const NAME: ActionName = ActionName::GetKeyPolicy;
    type Reply = GetKeyPolicyReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
