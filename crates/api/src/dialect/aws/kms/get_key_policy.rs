// SPDX-License-Identifier: Apache-2.0
//! GetKeyPolicy.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::GetKeyPolicy;
use crate::dialect::aws::{policy::to_aws, words::AwsKey};
use crate::error::ApiError;
use crate::kms::get_key_policy::GetKeyPolicyReply;
use crate::place::Place;
use crate::policy::{Grammar, PolicyName};

/// Tells a key's policy.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetKeyPolicyRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// `default`, which is the default.
    pub policy_name: Option<PolicyName>,
}

/// The policy.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetKeyPolicyAnswer {
    /// The document in AWS's words; if none was set, that the account may do everything. One that means
    /// something for which AWS has no words is given in Alibaba's.
    pub policy: String,
    /// `default`.
    pub policy_name: PolicyName,
}

impl Form for GetKeyPolicy {
    type Request = GetKeyPolicyRequest;
    type Answer = GetKeyPolicyAnswer;

    fn command(request: GetKeyPolicyRequest) -> Result<Self, ApiError> {
        let GetKeyPolicyRequest { key_id, policy_name } = request;
        Ok(Self { key: key_id.0, policy_name, grammar: Grammar::default() })
    }

    fn answer(&self, reply: GetKeyPolicyReply, place: &Place) -> GetKeyPolicyAnswer {
        GetKeyPolicyAnswer {
            policy: to_aws(reply.policy, &place.account),
            policy_name: PolicyName::Default,
        }
    }
}
