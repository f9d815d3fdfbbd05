// SPDX-License-Identifier: Apache-2.0
//! RemoveUserFromGroup: the group's policies are the user's no longer.

use edgekms_api::{
    action::{Empty, RemoveUserFromGroup},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change},
    store::{Change, LinkKind},
};

impl AccountRule for RemoveUserFromGroup {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let user = context.user(&self.user_name)?;
        let group = context.group(&self.group_name)?;
        let held = context.links_from(LinkKind::Member, &user.user_id)?;
        if !held.iter().any(|link| link.end == group.group_id) {
            return Err(ErrorCode::MembershipNotExist.into());
        }
        let unlink = Change::Unlink(LinkKind::Member, user.user_id, group.group_id);
        Ok(change(Empty {}, vec![unlink]))
    }
}
