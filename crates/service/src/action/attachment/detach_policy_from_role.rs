// SPDX-License-Identifier: Apache-2.0
//! DetachPolicyFromRole: what the policy says is the role's no longer.

use edgekms_api::{
    action::{DetachPolicyFromRole, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use super::super::attach::detach;
use crate::account::{
    context::{AccountContext, Decision},
    holder::Holder,
    record::PolicyRef,
};

impl AccountRule for DetachPolicyFromRole {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let role = context.role(&self.role_name)?;
        let policy = PolicyRef { kind: self.policy_type, name: self.policy_name };
        detach(context, &Holder::Role(role.role_id), &policy, ErrorCode::RolePolicyNotExist)
    }
}
