// SPDX-License-Identifier: Apache-2.0
//! UpdateRole: sessions that are under way end when they were to end.

use edgekms_api::{
    action::UpdateRole, error::ApiError, number::Whole, ram::update_role::UpdateRoleReply,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for UpdateRole {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<UpdateRoleReply>, ApiError> {
        let mut role = context.role(&self.role_name)?;
        if let Some(trust) = self.new_assume_role_policy_document {
            role.trust = trust.to_string();
        }
        role.description = self.new_description.or(role.description);
        role.max_session_secs =
            self.new_max_session_duration.map_or(role.max_session_secs, Whole::get);
        role.updated = context.now_secs;
        let changes = vec![put(&role)?];
        Ok(change(UpdateRoleReply { role: role.told(context.account()) }, changes))
    }
}
