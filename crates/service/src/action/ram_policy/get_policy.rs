// SPDX-License-Identifier: Apache-2.0
//! GetPolicy: with the version that counts.

use edgekms_api::{
    action::GetPolicy,
    error::{ApiError, ErrorCode},
    ram::get_policy::GetPolicyReply,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, look};

impl AccountRule for GetPolicy {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<GetPolicyReply>, ApiError> {
        let policy = context.policy(self.policy_type, &self.policy_name)?;
        let counting = policy.counting().ok_or(ErrorCode::PolicyVersionNotExist)?;
        let default_policy_version = policy.told_version(counting);
        let policy = policy.told(self.policy_type, context.attachments(self.policy_type, &policy)?);
        Ok(look(GetPolicyReply { policy, default_policy_version }))
    }
}
