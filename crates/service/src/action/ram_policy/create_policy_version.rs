// SPDX-License-Identifier: Apache-2.0
//! CreatePolicyVersion: five at the most; the oldest that does not count makes room, if its caller says so.

use edgekms_api::{
    account::RotateStrategy, action::CreatePolicyVersion, error::ApiError,
    ram::create_policy_version::CreatePolicyVersionReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    limit,
};

impl AccountRule for CreatePolicyVersion {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<CreatePolicyVersionReply>, ApiError> {
        let mut policy = context.own_policy(&self.policy_name)?;
        if self.rotate_strategy == Some(RotateStrategy::DeleteOldest) {
            policy.make_room();
        }
        let held = u64::try_from(policy.versions.len()).unwrap_or(u64::MAX);
        limit::POLICY_VERSIONS.check(held)?;
        let document = self.policy_document.to_string();
        let version = policy.add_version(document, context.now_secs)?;
        if self.set_as_default {
            policy.default_version = version.id.clone();
        }
        policy.updated = context.now_secs;
        let changes = vec![put(&policy)?];
        let policy_version = policy.told_version(&version);
        Ok(change(CreatePolicyVersionReply { policy_version }, changes))
    }
}
