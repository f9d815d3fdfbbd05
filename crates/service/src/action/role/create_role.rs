// SPDX-License-Identifier: Apache-2.0
//! CreateRole: permissions that nobody has by themselves.

use edgekms_api::{
    action::CreateRole,
    error::{ApiError, ErrorCode},
    number::Whole,
    ram::create_role::CreateRoleReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    limit,
    record::RoleRecord,
    store::Kind,
};

/// The longest session of a role that was made without saying one, in seconds.
const SESSION_DEFAULT_SECS: u32 = 3_600;

impl AccountRule for CreateRole {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<CreateRoleReply>, ApiError> {
        let name = self.role_name.as_str().to_ascii_lowercase();
        context.room_for(Kind::Role, &name, ErrorCode::RoleAlreadyExists, limit::ROLES)?;
        let role = RoleRecord {
            role_id: context.new_number()?,
            name: self.role_name,
            description: self.description,
            trust: self.assume_role_policy_document.to_string(),
            max_session_secs: self.max_session_duration.map_or(SESSION_DEFAULT_SECS, Whole::get),
            generation: 0,
            created: context.now_secs,
            updated: context.now_secs,
        };
        let changes = vec![put(&role)?];
        Ok(change(CreateRoleReply { role: role.told(context.account()) }, changes))
    }
}
