// SPDX-License-Identifier: Apache-2.0
//! AddUserToGroup: the group's policies are the user's too.

use edgekms_api::{
    action::{AddUserToGroup, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change},
    limit,
    store::{Change, LinkKind},
};

impl AccountRule for AddUserToGroup {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let user = context.user(&self.user_name)?;
        let group = context.group(&self.group_name)?;
        let held = context.links_from(LinkKind::Member, &user.user_id)?;
        if held.iter().any(|link| link.end == group.group_id) {
            return Err(ErrorCode::MembershipAlreadyExists.into());
        }
        limit::GROUPS_OF_USER.check(u64::try_from(held.len()).unwrap_or(u64::MAX))?;
        let link = Change::Link(LinkKind::Member, user.user_id, group.group_id, context.now_secs);
        Ok(change(Empty {}, vec![link]))
    }
}
