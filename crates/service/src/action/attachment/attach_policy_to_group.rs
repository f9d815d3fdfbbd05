// SPDX-License-Identifier: Apache-2.0
//! AttachPolicyToGroup: what the policy says is the group's.

use edgekms_api::{
    action::{AttachPolicyToGroup, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use super::super::attach::attach;
use crate::account::{
    context::{AccountContext, Decision},
    holder::Holder,
    record::PolicyRef,
};

impl AccountRule for AttachPolicyToGroup {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let group = context.group(&self.group_name)?;
        let policy = PolicyRef { kind: self.policy_type, name: self.policy_name };
        attach(
            context,
            &Holder::Group(group.group_id),
            &policy,
            ErrorCode::GroupPolicyAlreadyExists,
        )
    }
}
