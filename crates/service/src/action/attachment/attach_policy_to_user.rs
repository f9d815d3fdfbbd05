// SPDX-License-Identifier: Apache-2.0
//! AttachPolicyToUser: what the policy says is the user's.

use edgekms_api::{
    action::{AttachPolicyToUser, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use super::super::attach::attach;
use crate::account::{
    context::{AccountContext, Decision},
    holder::Holder,
    record::PolicyRef,
};

impl AccountRule for AttachPolicyToUser {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let user = context.user(&self.user_name)?;
        let policy = PolicyRef { kind: self.policy_type, name: self.policy_name };
        attach(context, &Holder::User(user.user_id), &policy, ErrorCode::UserPolicyAlreadyExists)
    }
}
