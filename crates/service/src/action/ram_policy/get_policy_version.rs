// SPDX-License-Identifier: Apache-2.0
//! GetPolicyVersion: one version, whether it counts or not.

use edgekms_api::{
    action::GetPolicyVersion,
    error::{ApiError, ErrorCode},
    ram::get_policy_version::GetPolicyVersionReply,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, look};

impl AccountRule for GetPolicyVersion {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<GetPolicyVersionReply>, ApiError> {
        let policy = context.policy(self.policy_type, &self.policy_name)?;
        let version = policy.version(&self.version_id).ok_or(ErrorCode::PolicyVersionNotExist)?;
        let policy_version = policy.told_version(version);
        Ok(look(GetPolicyVersionReply { policy_version }))
    }
}
