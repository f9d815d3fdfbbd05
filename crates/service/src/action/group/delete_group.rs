// SPDX-License-Identifier: Apache-2.0
//! DeleteGroup: nobody may be in it any more.

use edgekms_api::{
    action::{DeleteGroup, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, remove},
    holder::Holder,
    store::LinkKind,
};

impl AccountRule for DeleteGroup {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let group = context.group(&self.group_name)?;
        if context.count_to(LinkKind::Member, &group.group_id)? > 0 {
            return Err(ErrorCode::GroupHasUsers.into());
        }
        let holder = Holder::Group(group.group_id.clone()).key();
        context.check_none_from(LinkKind::Attached, &holder, ErrorCode::GroupHasPolicies)?;
        Ok(change(Empty {}, vec![remove(&group)]))
    }
}
