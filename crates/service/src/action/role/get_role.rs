// SPDX-License-Identifier: Apache-2.0
//! GetRole: with the policy that says who may assume it.

use edgekms_api::{action::GetRole, error::ApiError, ram::get_role::GetRoleReply};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, look};

impl AccountRule for GetRole {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<GetRoleReply>, ApiError> {
        let role = context.role(&self.role_name)?.told(context.account());
        Ok(look(GetRoleReply { role }))
    }
}
