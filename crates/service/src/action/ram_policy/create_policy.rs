// SPDX-License-Identifier: Apache-2.0
//! CreatePolicy: its first version counts.

use edgekms_api::{
    account::PolicyType,
    action::CreatePolicy,
    error::{ApiError, ErrorCode},
    ram::create_policy::CreatePolicyReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    limit,
    record::PolicyRecord,
    store::Kind,
    system,
};

impl AccountRule for CreatePolicy {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<CreatePolicyReply>, ApiError> {
        let exists = ErrorCode::PolicyAlreadyExists;
        context.room_for(Kind::Policy, self.policy_name.as_str(), exists, limit::POLICIES)?;
        if system::find(&self.policy_name).is_some() {
            return Err(exists.into());
        }
        let policy = PolicyRecord::new(
            self.policy_name,
            self.description,
            self.policy_document.to_string(),
            context.now_secs,
        )?;
        let changes = vec![put(&policy)?];
        let policy = policy.told(PolicyType::Custom, 0);
        Ok(change(CreatePolicyReply { policy }, changes))
    }
}
