// SPDX-License-Identifier: Apache-2.0
//! DeletePolicy: nobody may have it any more, and only the version that counts may be left.

use edgekms_api::{account::PolicyType, action::{DeletePolicy, Empty}, error::{ApiError, ErrorCode}};

use super::super::AccountRule;
use crate::account::{context::{AccountContext, Decision, change, remove}};


impl AccountRule for DeletePolicy {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let policy = context.own_policy(&self.policy_name)?;
        if context.attachments(PolicyType::Custom, &policy)? > 0 {
            return Err(ErrorCode::PolicyIsAttached.into());
        }
        if policy.versions.len() > 1 {
            return Err(ErrorCode::PolicyHasVersions.into());
        }
        Ok(change(Empty {}, vec![remove(&policy)]))
    }
}
