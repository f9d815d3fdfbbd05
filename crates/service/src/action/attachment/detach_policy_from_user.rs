// SPDX-License-Identifier: Apache-2.0
//! DetachPolicyFromUser: what the policy says is the user's no longer.

use edgekms_api::{
    action::{DetachPolicyFromUser, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use super::super::attach::detach;
use crate::account::{
    context::{AccountContext, Decision},
    holder::Holder,
    record::PolicyRef,
};

impl AccountRule for DetachPolicyFromUser {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let user = context.user(&self.user_name)?;
        let policy = PolicyRef { kind: self.policy_type, name: self.policy_name };
        detach(context, &Holder::User(user.user_id), &policy, ErrorCode::UserPolicyNotExist)
    }
}
