// SPDX-License-Identifier: Apache-2.0
//! AttachPolicyToRole: what the policy says is the role's.

use edgekms_api::{
    action::{AttachPolicyToRole, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use super::super::attach::attach;
use crate::account::{
    context::{AccountContext, Decision},
    holder::Holder,
    record::PolicyRef,
};

impl AccountRule for AttachPolicyToRole {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let role = context.role(&self.role_name)?;
        let policy = PolicyRef { kind: self.policy_type, name: self.policy_name };
        attach(context, &Holder::Role(role.role_id), &policy, ErrorCode::RolePolicyAlreadyExists)
    }
}
