// SPDX-License-Identifier: Apache-2.0
//! DeleteRole: its sessions end with it, within the bound on changes.

use edgekms_api::{
    action::{DeleteRole, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, remove},
    holder::Holder,
    store::LinkKind,
};

impl AccountRule for DeleteRole {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let role = context.role(&self.role_name)?;
        let holder = Holder::Role(role.role_id.clone()).key();
        context.check_none_from(LinkKind::Attached, &holder, ErrorCode::RoleHasPolicies)?;
        Ok(change(Empty {}, vec![remove(&role)]))
    }
}
