// SPDX-License-Identifier: Apache-2.0
//! RevokeRoleSessions: the role goes on in another generation.

use edgekms_api::{
    action::{Empty, RevokeRoleSessions},
    error::ApiError,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for RevokeRoleSessions {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let mut role = context.role(&self.role_name)?;
        role.generation = role.generation.wrapping_add(1);
        role.updated = context.now_secs;
        Ok(change(Empty {}, vec![put(&role)?]))
    }
}
