// SPDX-License-Identifier: Apache-2.0
//! DeletePolicyVersion: but not the one that counts.

use edgekms_api::{
    action::{DeletePolicyVersion, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for DeletePolicyVersion {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let mut policy = context.own_policy(&self.policy_name)?;
        policy.version(&self.version_id).ok_or(ErrorCode::PolicyVersionNotExist)?;
        if policy.default_version == self.version_id {
            return Err(ErrorCode::PolicyVersionCounts.into());
        }
        policy.versions.retain(|version| version.id != self.version_id);
        policy.updated = context.now_secs;
        Ok(change(Empty {}, vec![put(&policy)?]))
    }
}
