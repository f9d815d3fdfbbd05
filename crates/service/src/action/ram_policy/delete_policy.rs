// SPDX-License-Identifier: Apache-2.0
//! DeletePolicy: nobody may have it any more, and only the version that counts may be left.

use edgekms_api::{
    action::{DeletePolicy, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, remove},
    holder::Holder,
};

impl AccountRule for DeletePolicy {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let policy = context.own_policy(&self.policy_name)?;
        if let Some(holder) = context.first_holder(&policy)? {
            return Err(match holder {
                Holder::User(_) => ErrorCode::UserHasThePolicy,
                Holder::Group(_) => ErrorCode::GroupHasThePolicy,
                Holder::Role(_) => ErrorCode::RoleHasThePolicy,
            }
            .into());
        }
        if policy.versions.len() > 1 {
            return Err(ErrorCode::PolicyHasVersions.into());
        }
        Ok(change(Empty {}, vec![remove(&policy)]))
    }
}
