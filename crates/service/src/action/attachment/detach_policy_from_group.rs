// SPDX-License-Identifier: Apache-2.0
//! DetachPolicyFromGroup: what the policy says is the group's no longer.

use edgekms_api::{
    action::{DetachPolicyFromGroup, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use super::super::attach::detach;
use crate::account::{
    context::{AccountContext, Decision},
    holder::Holder,
    record::PolicyRef,
};

impl AccountRule for DetachPolicyFromGroup {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let group = context.group(&self.group_name)?;
        let policy = PolicyRef { kind: self.policy_type, name: self.policy_name };
        detach(context, &Holder::Group(group.group_id), &policy, ErrorCode::GroupPolicyNotExist)
    }
}
