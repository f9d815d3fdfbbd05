// SPDX-License-Identifier: Apache-2.0
//! PutKeyPolicy.

use serde::Deserialize;

use super::Form;
use crate::action::{Empty, SetKeyPolicy};
use crate::dialect::aws::{policy::translate, words::AwsKey};
use crate::error::ApiError;
use crate::place::Place;
use crate::policy::{PolicyKind, PolicyName, PolicyText};

/// Gives a key a policy in place of the one that it has. It is kept in Alibaba's form, in which it decides.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SetKeyPolicyRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// The document, at most 32,768 bytes. What has no meaning here is refused by name.
    pub policy: PolicyText,
    /// `default`, which is the default.
    pub policy_name: Option<PolicyName>,
}

impl Form for SetKeyPolicy {
    type Request = SetKeyPolicyRequest;
    type Answer = ();

    fn command(request: SetKeyPolicyRequest) -> Result<Self, ApiError> {
        let SetKeyPolicyRequest { key_id, policy, policy_name } = request;
        let policy = translate(PolicyKind::Key, &policy)?;
        Ok(Self { key: key_id.0, policy, policy_name })
    }

    fn answer(&self, _: Empty, _: &Place) {}
}
