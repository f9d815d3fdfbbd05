// SPDX-License-Identifier: Apache-2.0
//! SetDefaultPolicyVersion: it counts for all who have the policy, within the bound on changes.

use edgekms_api::{
    action::{Empty, SetDefaultPolicyVersion},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for SetDefaultPolicyVersion {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let mut policy = context.own_policy(&self.policy_name)?;
        policy.version(&self.version_id).ok_or(ErrorCode::PolicyVersionNotExist)?;
        policy.default_version = self.version_id;
        policy.updated = context.now_secs;
        Ok(change(Empty {}, vec![put(&policy)?]))
    }
}
